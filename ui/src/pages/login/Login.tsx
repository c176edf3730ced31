export default function Login() {
  return (
    <div class="page">
      <header>
        <h1>Login</h1>
      </header>
    </div>
  );
}
