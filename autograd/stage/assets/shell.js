// What every page has: its language, its theme, the links of its site, and events. A page's own script
// stands below, in the same scope; it uses say(key), lang, isDark() and on("language" or "theme", act).
"use strict";
const $ = (selector, within) => (within || document).querySelector(selector);
const all = (selector, within) => [...(within || document).querySelectorAll(selector)];
const root = document.documentElement;
root.classList.add("js");

// What modules tell each other.
const listeners = {};
const on = (event, act) => (listeners[event] = listeners[event] || []).push(act);
const emit = (event, ...about) => { for (const act of listeners[event] || []) act(...about); };

// The page inside another one (?embed) and on a projector (?present).
const wishes = new URLSearchParams(location.search);
for (const mode of ["embed", "present"]) root.classList.toggle(mode, wishes.has(mode));

// -- what was chosen ------------------------------------------------------------------------------

// The theme is remembered for all pages, a language for those of one site that were written in the same
// one. A frame may have no storage and no address of its own.
const siteKey = $(".site, .contents") && `tracegrad lang ${root.lang} ${location.pathname.replace(/[^/]*$/, "")}`;
function remember(key, value) {
  try { localStorage.setItem(key, value); } catch { /* it holds for this page */ }
}
function remembered(key) {
  try { return key && localStorage.getItem(key); } catch { return null; }
}
const inHash = (key) => new URLSearchParams(location.hash.slice(1)).get(key);
function hashWithout(key, value) {
  if (inHash(key) === null) return;
  const parts = location.hash.slice(1).split("&").filter((part) => !part.startsWith(`${key}=`));
  if (value) parts.push(`${key}=${value}`);
  try { history.replaceState(null, "", parts.length ? `#${parts.join("&")}` : location.pathname + location.search); } catch { /* as above */ }
}

// -- the language ---------------------------------------------------------------------------------

const sentences = JSON.parse($("#words").textContent);
let lang = [inHash("lang"), remembered(siteKey)].find((code) => Object.hasOwn(sentences, code)) || root.lang;
root.lang = lang;
const say = (key, slots) =>
  sentences[lang][key].replace(/\{(\w+)\}/g, (whole, name) => (slots && name in slots ? slots[name] : whole));

// The page in another of its languages.
function speak() {
  root.lang = $("#lang").value = lang;
  for (const e of all("[data-say]")) e.textContent = say(e.dataset.say);
  for (const e of all("[data-label]")) e.setAttribute("aria-label", say(e.dataset.label));
  for (const e of all("[data-title]")) e.title = say(e.dataset.title);
  for (const e of all("[data-lang]")) e.toggleAttribute("hidden", e.dataset.lang !== lang);
  for (const e of all("option[data-en]")) e.textContent = e.dataset[lang];
  for (const e of all("[role=region][data-en]")) e.setAttribute("aria-label", e.dataset[lang]);
  document.title = ($(`h1 [data-lang="${lang}"]`) || $("h1")).textContent;
  nameTheme();
  emit("language", lang);
}
$("#lang").addEventListener("change", (e) => {
  lang = e.target.value;
  if (siteKey) remember(siteKey, lang);
  hashWithout("lang", lang);
  speak();
});
addEventListener("hashchange", () => {
  const asked = inHash("lang");
  if (!Object.hasOwn(sentences, asked) || asked === lang) return;
  lang = asked;
  speak();
});

// -- the theme ------------------------------------------------------------------------------------

const siteLinks = all('a[href$=".html"]').map((e) => ({ e, page: e.getAttribute("href") })).filter(({ page }) => !page.includes(":"));
const THEME_SIGNS = { auto: "◐", light: "☼", dark: "☾" };
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const schemeRules = [...document.styleSheets].flatMap((one) => [...one.cssRules]).filter((rule) => rule.media?.mediaText.includes("prefers-color-scheme"))
  .map(({ media }) => ({ media, text: media.mediaText }));
let theme = [inHash("theme"), wishes.has("embed") ? null : remembered("tracegrad theme")].find((name) => Object.hasOwn(THEME_SIGNS, name)) || "auto";
const isDark = () => (theme === "auto" ? systemDark.matches : theme === "dark");

// Rules for one scheme hold always or never where a theme was chosen; on paper all is light.
function applyTheme() {
  for (const { media, text } of schemeRules) {
    const chosen = text.includes("dark") === (theme === "dark");
    media.mediaText = theme === "auto" ? text : chosen ? text.replace(/(screen and )?\(prefers-color-scheme: \w+\)/, "screen and (min-width: 0px)") : "not all";
  }
  root.style.colorScheme = theme === "auto" ? "" : theme;
  nameTheme();
  emit("theme", theme);
}
function nameTheme() {
  const button = $("#theme"), words = say(`theme ${theme}`);
  button.textContent = THEME_SIGNS[theme];
  button.title = words;
  button.setAttribute("aria-label", words);
  // The pages of the site that are opened from this one look and speak as it does.
  const kept = `lang=${lang}${theme === "auto" ? "" : `&theme=${theme}`}`;
  for (const { e, page } of siteLinks) e.setAttribute("href", `${page}#${kept}`);
}
$("#theme").addEventListener("click", () => {
  const names = Object.keys(THEME_SIGNS);
  theme = names[(names.indexOf(theme) + 1) % names.length];
  remember("tracegrad theme", theme);
  applyTheme();
});
systemDark.addEventListener("change", () => emit("theme", theme));
if (Object.hasOwn(THEME_SIGNS, inHash("theme"))) remember("tracegrad theme", theme);
hashWithout("theme");
if (theme !== "auto") applyTheme();
