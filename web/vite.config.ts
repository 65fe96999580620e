/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The address of the API during development: a running leadq, or the test server of e2e/fake. */
const api = process.env.LEADQ_URL ?? "http://127.0.0.1:8787";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "#": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": api } },
  build: {
    target: "es2023",
    // Keeps dist/.gitkeep; scripts/clean.mjs empties the folder instead.
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The licences of all shipped packages, next to the app.
    license: { fileName: "licenses.txt" },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
