import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./styles/tokens.css";
import "./styles/distinct.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/rows.css";
import "./styles/more.css";
import "./styles/shell.css";
import "./parts/forms.css";

import { render } from "preact";

import { App } from "./app";

const place = document.getElementById("app");
if (place !== null) render(<App />, place);
