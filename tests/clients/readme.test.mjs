// The lines of the README that call the API, in each shell that it names.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { administrator, run, start } from "./keyward.mjs";

const SHELLS = ["bash", "zsh", "dash"];
const TOKEN_LINE = "TOKEN='paste the accessToken here'";

const repository = join(import.meta.dirname, "../..");
const readme = readFileSync(join(repository, "README.md"), "utf8");
const blocks = [...readme.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, text]) => ({ language, text }));
const definition = blocks.find(({ text }) => text.startsWith("gql() {")).text.split("\n")[0];
const calls = blocks.filter(({ language, text }) => language === "sh" && text.includes(TOKEN_LINE));
const expected = blocks[blocks.indexOf(calls[0]) + 1];

/** Runs lines in a shell; returns the last line that they print. */
const lastLine = (shell, url, lines) => {
  const script = lines.join("\n").replaceAll("http://localhost:8080", url).replaceAll("…", administrator.password);
  const { status, stdout, stderr, error } = spawnSync(shell, ["-eu", "-c", script], { encoding: "utf8" });
  if (error) throw error;
  assert.equal(status, 0, stderr);
  return stdout.trimEnd().split("\n").at(-1);
};

/** Runs a block as a reader does: up to the token, which is pasted, and then the rest. Returns the last response. */
const follow = (shell, url, text) => {
  const lines = [definition, ...text.trimEnd().split("\n").filter((line) => line !== definition)];
  const pasted = lines.indexOf(TOKEN_LINE);
  const first = JSON.parse(lastLine(shell, url, lines.slice(0, pasted)));
  const [{ accessToken }] = Object.values(first.data);
  assert.ok(accessToken, JSON.stringify(first));
  return lastLine(shell, url, [definition, `TOKEN='${accessToken}'`, ...lines.slice(pasted + 1)]);
};

for (const shell of SHELLS) {
  describe(shell, () => {
    let keyward;
    before(async () => (keyward = await start()));
    after(() => keyward.stop());

    test("the README's first query is answered as it shows", () => {
      assert.equal(expected.language, "json");
      assert.equal(follow(shell, keyward.url, calls[0].text), expected.text.trim());
    });

    test("the README's query after the import returns permissions and their paths", () => {
      const data = (name) => join(repository, "tests/data/hp-role-mining/hc", `${name}.csv.gz`);
      const files = ["--user-roles", data("user_roles"), "--role-permissions", data("role_permissions")];
      const imported = run(keyward.folder, ["import", ...files]);
      assert.equal(imported.status, 0, imported.stderr);
      const ask = () => JSON.parse(follow(shell, keyward.url, calls[1].text)).data.userByUsername;
      let found = ask();
      // The running server reads the import within half a second.
      for (let repeats = 0; found.permissionNames.length === 0 && repeats < 10; repeats++) found = ask();
      const { permissionNames, effectivePermissions } = found;
      assert.ok(permissionNames.length > 0, JSON.stringify(found));
      assert.match(effectivePermissions.nodes[0].paths[0].text, /^u1 > /);
    });
  });
}

test("the README names the shells", () => {
  assert.equal(calls.length, 2);
  for (const shell of SHELLS) assert.ok(readme.includes(shell), shell);
});
