export default function Settings() {
  return (
    <div class="page">
      <header>
        <h1>Settings</h1>
      </header>
    </div>
  );
}
