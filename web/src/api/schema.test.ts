/** Checks that the types match the API document; run npm run api after the API changes. */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const generator = fileURLToPath(new URL("../../tools/api-gen", import.meta.url));

test("the types say what the server's document says", (context) => {
  if (!existsSync(`${generator}/node_modules`)) {
    const skipped = process.env.LEADQ_SKIPPED_FILE;
    if (skipped) appendFileSync(skipped, "web api types: run npm ci in web/tools/api-gen first\n");
    context.skip("run npm ci in tools/api-gen first");
  }
  const run = () => execFileSync("npm", ["--prefix", generator, "run", "--silent", "stale"], { stdio: "pipe" });
  expect(run, "run npm run api and commit src/api/schema.d.ts").not.toThrow();
}, 30_000);
