export default function TaskRun() {
  return (
    <div class="page">
      <header>
        <h1>TaskRun</h1>
      </header>
    </div>
  );
}
