export default function Dashboard() {
  return (
    <div class="page">
      <header>
        <h1>Dashboard</h1>
      </header>
    </div>
  );
}
