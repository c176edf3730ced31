export default function FlowRun() {
  return (
    <div class="page">
      <header>
        <h1>FlowRun</h1>
      </header>
    </div>
  );
}
