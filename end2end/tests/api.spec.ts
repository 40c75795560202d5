import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "../fixtures";

const run = promisify(execFile);

/** Seconds that it is asked for; a longer time asks for more. */
const SECONDS = Number(process.env.E2E_API_SECONDS ?? 40);

test("what the API says of itself holds, whatever it is asked", async ({ world, person }) => {
  test.setTimeout((SECONDS + 90) * 1_000);
  await person.link("alice@example.test");
  await world.control("purchase", { customer: "alice@example.test", amount: "12.34", count: 3 });
  // It knows no card of hers, so it waits: something to be processed again.
  await world.control("purchase", { customer: "bruno@example.test", amount: "5.00" });
  const scopes = "users:read,transactions:read,tokens:read,deliveries:read,deliveries:write";
  const printed = await world.cli("api-key", "add", "Schemathesis", "--scope", scopes);
  const key = printed.trimEnd().split("\n").at(-1) ?? "";

  const reports = await mkdtemp(join(tmpdir(), "anytime-api-"));
  const asked = run(
    "schemathesis",
    [
      ...["run", `${world.url}/api/v1/openapi.json`, "--header", `Authorization: Bearer ${key}`],
      ...["--phases", "examples,coverage,fuzzing", "--max-time", String(SECONDS), "--seed", "1", "--no-color"],
      // As many as one key may.
      ...["--rate-limit", "1100/m", "--report-dir", reports],
      ...["--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,negative_data_rejection,ignored_auth,unsupported_method"],
    ],
    { cwd: reports, timeout: (SECONDS + 60) * 1_000, maxBuffer: 16 * 1024 * 1024 },
  );
  const { stdout, code } = await asked.then(({ stdout }) => ({ stdout, code: 0 }), (error) => ({ stdout: `${error.stdout}\n${error.stderr}`, code: error.code }));
  await rm(reports, { recursive: true, force: true });
  // Without what it draws while it goes on.
  const said = stdout.split("\n").filter((line) => line.trim() && !/[━⏳🕛-🕧]/u.test(line)).join("\n");
  expect(code, said.slice(0, 20_000)).toBe(0);
  // It has really been asked.
  expect(stdout).toMatch(/[1-9]\d\d+ generated/);
});
