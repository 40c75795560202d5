import { ALICE, CHLOE, signedMinor } from "../bank";
import { shown } from "../dashboard";
import { expect, test } from "../fixtures";
import { Person } from "../person";

const tag = "@only-no-javascript";

test("signing up without scripts: problems stand beside their fields, and what was typed stays", { tag }, async ({
  page,
  world,
  complaints,
}) => {
  complaints.allow(/status of 422/);
  const taken = await Person.signUp(world);
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Zoé O’Neil");
  await page.getByLabel("E-mail address").fill("zoe at example");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create an account" }).click();

  await expect(page).toHaveURL("/sign-up");
  await expect(page.getByLabel("Name")).toHaveValue("Zoé O’Neil");
  await expect(page.getByLabel("E-mail address")).toHaveValue("zoe at example");
  await expect(page.getByLabel("E-mail address")).toHaveAccessibleDescription(/not complete/);
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/characters are needed/);
  await expect(page.getByLabel("Password")).toHaveValue("");
  await expect(page.getByLabel("Name")).not.toHaveAttribute("aria-invalid");

  await page.getByLabel("E-mail address").fill(taken.email.toUpperCase());
  await page.getByLabel("Password").fill("tulipes bleues du jardin");
  await page.getByRole("button", { name: "Create an account" }).click();
  await expect(page.getByLabel("E-mail address")).toHaveAccessibleDescription(/exists already/);

  await page.getByLabel("E-mail address").fill(world.newEmail());
  await page.getByLabel("Password").fill("tulipes bleues du jardin");
  await page.getByRole("button", { name: "Create an account" }).click();
  await expect(page).toHaveURL("/connect");
  await expect(page.locator("noscript .notice")).toBeVisible();
  await expect(page.locator("noscript .notice")).toContainText("The bank’s button needs JavaScript.");
  await expect(page.locator("[data-loading]")).toBeHidden();
});

test("signing in without scripts: the same words whatever is wrong, and then the page that was asked for", { tag }, async ({
  page,
  world,
  complaints,
}) => {
  complaints.allow(/status of 422/);
  const person = await Person.signUp(world);
  await page.goto("/settings/accounts");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  const words = [];
  for (const [email, password] of [
    [person.email, "tulipes rouges du jardin"],
    ["nobody@example.test", person.password],
  ] as const) {
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByLabel("E-mail address")).toHaveValue(email);
    await expect(page.getByLabel("Password")).toHaveValue("");
    words.push(await page.getByTestId("problems").innerText());
  }
  expect(words[0]).toContain("do not belong together");
  expect(words[1]).toBe(words[0]);

  await page.goto("/settings/accounts");
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/settings/accounts");

  await page.locator(".menu summary").click();
  await page.locator(".menu").getByRole("button", { name: "Sign out" }).click();
  await page.goto("/dashboard");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("40,000 payments are paged through without scripts, and none is left out or shown twice", { tag }, async ({ page, world, person }) => {
  test.setTimeout(120_000);
  await person.link(CHLOE, 110_000);
  const books = (await world.ledger(CHLOE)).transactions.map((payment) => payment.txid).reverse();
  await page.goto("/dashboard");
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-state", "offline");
  await expect(page.getByTestId("live-status")).toHaveText("Snapshot");
  expect(await shown(page)).toEqual(books.slice(0, 50));
  await expect(page.getByRole("link", { name: "Newer" })).toHaveCount(0);

  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/before=/);
  expect(await shown(page)).toEqual(books.slice(50, 100));
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.getByTestId("transaction").first()).toHaveAttribute("data-txid", books[100] ?? "");
  expect(await shown(page)).toEqual(books.slice(100, 150));
  await page.getByRole("link", { name: "Newer" }).click();
  await expect(page).toHaveURL(/after=/);
  expect(await shown(page)).toEqual(books.slice(50, 100));

  // From the very end: the last page has no older one.
  const all = await person.payments();
  const last = all.at(-1);
  await page.goto(`/dashboard?to=${last?.booked_at.slice(0, 10)}`);
  await expect(page.getByTestId("transaction").last()).toHaveAttribute("data-txid", books.at(-1) ?? "");
  await expect(page.getByRole("link", { name: "Older" })).toHaveCount(0);
});

test("filters are a form and stand in the address; a badge takes each off", { tag }, async ({ page, world, person }) => {
  await person.link(ALICE);
  const books = (await world.ledger(ALICE)).transactions;
  await page.goto("/dashboard");
  await page.getByRole("searchbox").fill("fnac");
  await page.locator(".filters-more summary").click();
  await page.getByLabel("Smallest amount").fill("20");
  await page.getByLabel("Direction").selectOption({ label: "Money out" });
  await page.getByRole("button", { name: "Apply" }).click();

  await expect(page).toHaveURL(/[?&]q=fnac/);
  await expect(page).toHaveURL(/[?&]min=20/);
  const badges = page.getByRole("list", { name: "Active filters" }).locator(".tag");
  await expect(badges).toHaveCount(3);
  const matching = books.filter((one) => one.description.includes("FNAC") && one.type === "D" && -signedMinor(one) >= 2000);
  expect(matching.length).toBeGreaterThan(0);
  expect((await shown(page)).sort()).toEqual(matching.map((one) => one.txid).sort().slice(0, 50));
  const exported = await person.payments("q=fnac&min=20&type=D");
  expect(exported.map((payment) => payment.txid).sort()).toEqual(matching.map((one) => one.txid).sort());

  await page.getByRole("link", { name: "Remove the filter “fnac”" }).click();
  await expect(page).not.toHaveURL(/q=fnac/);
  await expect(page).toHaveURL(/min=20/);
  await expect(badges).toHaveCount(2);
  await page.getByRole("link", { name: "Remove all" }).click();
  await expect(page).toHaveURL("/dashboard");
  await expect(badges).toHaveCount(0);

  await page.goto("/dashboard?q=nothing-is-called-this");
  await expect(page.getByText("No payment matches")).toBeVisible();
  await page.goto("/dashboard?from=yesterday&min=lots");
  await expect(page.getByRole("alert")).toContainText("Could not be read and was left out: “From”, “Smallest amount”.");
});

test("language and theme are chosen without scripts, and stay on the same page", { tag }, async ({ page, person }) => {
  await page.goto("/settings");
  await page.getByRole("main").getByRole("button", { name: "Français" }).click();
  await expect(page).toHaveURL("/settings");
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Réglages");

  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.getByRole("main").getByRole("button", { name: "Sombre" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const dark = await ground();
  await page.getByRole("main").getByRole("button", { name: "Clair" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  expect(await ground()).not.toBe(dark);
  await expect(page.getByRole("main").getByRole("button", { name: "Clair" })).toHaveAttribute("aria-pressed", "true");

  await page.goto("/dashboard?q=a%20b");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page).toHaveURL("/dashboard?q=a%20b");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  expect(person.email).toContain("@");
});

test("a link is forgotten in two steps, and its history is kept or erased as chosen", { tag }, async ({ page, person }) => {
  await person.link(ALICE);
  const count = (await person.payments()).length;
  await page.goto("/settings/accounts");
  await expect(page.getByTestId("link")).toHaveAttribute("data-status", "linked");
  await page.getByText("Withdraw the access…").click();
  await page.getByRole("button", { name: "Withdraw the access", exact: true }).click();
  await expect(page).toHaveURL("/settings/accounts");
  await expect(page.getByTestId("link")).toHaveCount(0);
  expect((await person.payments()).length, "kept").toBe(count);

  await person.link(ALICE);
  await page.goto("/settings/accounts");
  await page.getByText("Withdraw the access…").click();
  await page.getByLabel("Erase it").check();
  await page.getByRole("button", { name: "Withdraw the access", exact: true }).click();
  await expect(page.getByTestId("link")).toHaveCount(0);
  expect(await person.payments(), "erased").toEqual([]);
});

test("one payment has a page with everything that is known", { tag: "@no-javascript" }, async ({ page, world, person }) => {
  await person.link(ALICE);
  const books = (await world.ledger(ALICE)).transactions;
  const { transactions } = await person.page();
  const [newest] = transactions;
  const known = books.find((one) => one.txid === newest?.txid);
  await page.goto("/dashboard");
  await page.locator(`[data-txid="${newest?.txid}"]`).getByRole("link").click();
  await expect(page).toHaveURL(`/transactions/${newest?.card_ref}-${newest?.txid}`);
  await expect(page.getByTestId("transaction")).toContainText(known?.description ?? "no such payment");
  await expect(page.getByTestId("transaction")).toContainText(known?.amount ?? "no such payment");
  await page.getByRole("link", { name: "All payments" }).click();
  await expect(page).toHaveURL("/dashboard");
});

test("the operator's console works without scripts, from the set-up link on", { tag }, async ({ page, world, complaints }) => {
  complaints.allow(/status of 410/);
  const person = await Person.signUp(world, "Found By Operators");
  await person.link(ALICE);
  const link = await world.addOperator(world.newEmail("operator"), "operator");
  await page.goto(link);
  await page.getByLabel("Password").fill("tulipes bleues du jardin");
  await page.getByRole("button", { name: "Save the password" }).click();
  await expect(page).toHaveURL("/operator/users");

  await page.getByRole("searchbox").fill(person.email);
  await page.getByRole("button", { name: "Filter" }).click();
  const line = page.locator(`[data-testid=user][data-email="${person.email}"]`);
  await expect(line.locator(".link-status")).toHaveAttribute("data-status", "linked");
  await line.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Found By Operators");
  await expect(page.getByTestId("delivery").first()).toBeVisible();

  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Deliveries" }).click();
  await page.getByLabel("Verdict").selectOption("accepted");
  await page.getByLabel("Event").selectOption("token_created");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/verdict=accepted/);
  const verdicts = await page.getByTestId("delivery").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.verdict));
  expect(verdicts.length).toBeGreaterThan(0);
  expect(new Set(verdicts)).toEqual(new Set(["accepted"]));

  await page.goto(link);
  await expect(page.getByTestId("link-expired")).toBeVisible();
});
