export default function Flow() {
  return (
    <div class="page">
      <header>
        <h1>Flow</h1>
      </header>
    </div>
  );
}
