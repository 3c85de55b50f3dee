import "virtual:mantine-styles";
import "./app/app.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/App";
import { startTexts } from "./app/i18n";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

await startTexts();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
