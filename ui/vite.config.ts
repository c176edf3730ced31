import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import preact from "@preact/preset-vite";
import { defineConfig, type Plugin } from "vite";

const OUTPUT = "../src/prefect/_api/static";
const API = process.env.PREFECT_API_URL ?? "http://127.0.0.1:4200/api";

/** Compresses what the server will send, so that it never compresses at request time. */
function precompressed(): Plugin {
  let output = OUTPUT;
  const each = (folder: string, visit: (path: string) => void): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) each(path, visit);
      else visit(path);
    }
  };
  return {
    name: "precompressed",
    apply: "build",
    configResolved({ build }) {
      output = build.outDir;
    },
    closeBundle() {
      each(output, (path) => {
        if (!/\.(js|css|svg|json)$/.test(path)) return;
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
      });
    },
  };
}

export default defineConfig({
  base: "./", // wherever the server mounts the UI: its address stands in the index page
  plugins: [preact({ prefreshEnabled: false }), precompressed()],
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    assetsInlineLimit: 0, // the policy of the page allows files of the server, no data in addresses
  },
  server: { proxy: { "/api": { target: new URL(API).origin, ws: true }, "/ui-settings": new URL(API).origin } },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);
