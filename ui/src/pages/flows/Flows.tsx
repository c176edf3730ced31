export default function Flows() {
  return (
    <div class="page">
      <header>
        <h1>Flows</h1>
      </header>
    </div>
  );
}
