export default function Runs() {
  return (
    <div class="page">
      <header>
        <h1>Runs</h1>
      </header>
    </div>
  );
}
