/** Colours reach a contrast of 4.5 to 1 and more in both schemes; a tone is always a sign and words too. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f8; --card: #ffffff; --ink: #1b2026; --soft: #56606b; --line: #d3d9e0; --code: #f3f5f8;
  --accent: #0b5cad; --on-accent: #ffffff;
  --healthy: #17693a; --critical: #b3261e; --warning: #875200; --notice: #0b5cad; --unknown: #6a3fa0; --running: #56606b; --plain: #8b95a1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161b; --card: #1a1f26; --ink: #e6eaee; --soft: #a4afba; --line: #343c46; --code: #12161b;
    --accent: #7fb8f7; --on-accent: #0d1a29;
    --healthy: #74d399; --critical: #ff9d94; --warning: #f1ba62; --notice: #7fb8f7; --unknown: #c8b1fa; --running: #a4afba; --plain: #6f7a86;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding: 4.25rem 0 11rem; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: anywhere;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--card); color: var(--accent); z-index: 3; }
.skip:focus { top: .5rem; }

.top {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: .25rem 1rem; padding: .6rem max(1rem, calc(50vw - 27rem)); background: var(--card); border-bottom: 1px solid var(--line);
}
h1 { display: flex; align-items: center; gap: .5rem; margin: 0; font-size: 1.05rem; font-weight: 650; }
.state { margin: 0; font-size: .875rem; color: var(--soft); }
.state::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .45em; border: 2px solid currentColor; border-radius: 50%; }
.state[data-state="on"]::before { background: var(--healthy); border-color: var(--healthy); }
.state[data-state="off"] { color: var(--critical); font-weight: 600; }

main { flex: 1; display: flex; flex-direction: column; width: 100%; max-width: 56rem; margin: 0 auto; padding: 1rem 1rem 0; }
.intro { color: var(--soft); max-width: 44rem; }
.intro p { margin: .5rem 0 1rem; }
.intro strong { color: var(--ink); font-weight: 600; }
.asked .intro { display: none; }
.locked { margin: 1rem; padding: 1rem; border: 2px solid var(--warning); border-radius: 8px; background: var(--card); }

.asked .transcript { flex: 1; }
.transcript:focus-visible { outline: none; }
.turn { margin: 0 0 1.75rem; }
.question { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: flex-end; gap: .15rem .6rem; margin: 0 0 .6rem; font-size: 1rem; font-weight: 400; }
.question .said {
  max-width: 100%; padding: .45rem .8rem; border-radius: 12px 12px 3px 12px; background: var(--accent); color: var(--on-accent);
  font-family: ui-monospace, SFMono-Regular, Consolas, "DejaVu Sans Mono", monospace; font-size: .925rem; white-space: pre-wrap;
  max-height: 40vh; overflow: auto;
}
.question time { color: var(--soft); font-size: .8125rem; }
.message { margin: 0 0 .75rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.message:target, .message.found { outline: 3px solid var(--accent); outline-offset: 2px; }

.tabs { display: flex; gap: .25rem; padding: .35rem .6rem 0; border-bottom: 1px solid var(--line); }
.tabs button {
  min-height: 2.25rem; padding: .25rem .7rem; border: 0; border-bottom: 3px solid transparent; background: none; color: var(--soft);
  font: inherit; font-size: .875rem; cursor: pointer;
}
.tabs button:hover { color: var(--ink); }
.tabs button[aria-selected="true"] { color: var(--ink); font-weight: 600; border-bottom-color: var(--accent); }
.tabs button:focus-visible { outline-offset: -3px; }

.answer { padding: 1rem 1.1rem; border-left: 5px solid var(--tone, var(--plain)); }
.headline { margin: 0; font-size: 1.15rem; line-height: 1.4; }
.section { margin: 1.1rem 0 0; padding: 1rem 0 0; border-top: 1px solid var(--line); }
h4 { margin: 0 0 .4rem; font-size: 1rem; line-height: 1.45; }
.section p { margin: .25rem 0; }
.footer { margin: 1.1rem 0 0; padding-top: .75rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
[data-tone="healthy"] { --tone: var(--healthy); } [data-tone="critical"] { --tone: var(--critical); }
[data-tone="warning"] { --tone: var(--warning); } [data-tone="notice"] { --tone: var(--notice); }
[data-tone="unknown"] { --tone: var(--unknown); } [data-tone="running"] { --tone: var(--running); }
[data-tone="plain"] { --tone: var(--plain); }
.tone { color: var(--tone); font-weight: 700; }
.sign {
  display: inline-grid; place-items: center; width: 1.35em; height: 1.35em; margin: -.15em .2em 0 0; vertical-align: middle;
  background: var(--tone); color: var(--card); font-size: .95em; font-weight: 800; line-height: 1; border-radius: 50%; user-select: none;
}
.sign[data-tone="critical"] { border-radius: 0; clip-path: polygon(30% 0, 70% 0, 100% 30%, 100% 70%, 70% 100%, 30% 100%, 0 70%, 0 30%); }
.sign[data-tone="warning"] { border-radius: 0; padding-top: .3em; clip-path: polygon(50% 0, 100% 100%, 0 100%); font-size: .9em; }
.sign[data-tone="notice"] { border-radius: 25%; }
.sign[data-tone="unknown"] { border-radius: 0; clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); }
.sign[data-tone="running"] { background: none; color: var(--tone); padding-bottom: .45em; border: 2px dashed currentColor; animation: breathe 1.6s ease-in-out infinite alternate; }
@keyframes breathe { to { opacity: .45; } }

blockquote { margin: .5rem 0; padding: .45rem .8rem; border-left: 3px solid var(--line); background: var(--code); border-radius: 0 6px 6px 0; }
blockquote p, pre { font-family: ui-monospace, SFMono-Regular, Consolas, "DejaVu Sans Mono", monospace; font-size: .875rem; line-height: 1.5; }
.section blockquote p { margin: 0; white-space: pre-wrap; unicode-bidi: isolate; }
.table { margin: .75rem 0 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
.table:focus-visible { outline-offset: -3px; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; line-height: 1.45; }
caption { padding: .45rem .8rem; text-align: left; font-weight: 600; }
th, td { min-width: 6rem; padding: .4rem .8rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { background: var(--code); }
tbody th { font-weight: 600; }
.commands { margin: .75rem 0 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; background: var(--code); }
figcaption, .panel-bar { display: flex; align-items: flex-start; justify-content: space-between; gap: .75rem; padding: .35rem .4rem .35rem .8rem; border-bottom: 1px solid var(--line); }
.label { padding-top: .2rem; font-size: .875rem; font-weight: 600; }
pre { margin: 0; padding: .7rem .8rem; overflow-x: auto; white-space: pre; overflow-wrap: normal; tab-size: 4; }
pre:focus-visible { outline-offset: -3px; }
.commands .note { margin: 0; padding: .45rem .8rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
[data-copy] {
  flex: none; min-width: 4.5rem; min-height: 1.9rem; padding: .15rem .7rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--card); color: var(--ink); font: inherit; font-size: .8125rem; font-weight: 600; cursor: pointer;
}
[data-copy]:hover { border-color: var(--accent); color: var(--accent); }
details.section { padding-top: .6rem; }
details.section + details.section { margin-top: .5rem; }
summary { padding: .2rem 0; cursor: pointer; font-weight: 600; color: var(--soft); }
summary:hover { color: var(--ink); }
.folded { padding: .25rem 0 .25rem 1.1rem; }
.panel pre { max-height: 70vh; overflow: auto; }
.panel-bar { justify-content: flex-end; background: var(--code); }
.unseen { unicode-bidi: isolate; font-size: 0; user-select: all; }
.unseen::before {
  content: attr(data-shows); padding: 0 .25em; border: 1px solid var(--warning); border-radius: 3px; color: var(--warning);
  font: 600 .75rem/1.2 ui-monospace, Consolas, "DejaVu Sans Mono", monospace;
}

.question .unseen::before { color: inherit; border-color: currentColor; }
.ask { position: sticky; bottom: 0; z-index: 1; margin: 0 -1rem; padding: .75rem 1rem 1rem; background: var(--ground); }
.asked .ask { border-top: 1px solid var(--line); }
.ask label { display: block; margin: 0 0 .25rem; font-size: .875rem; font-weight: 600; }
.row { display: flex; align-items: flex-end; gap: .5rem; }
.row textarea {
  flex: 1; min-width: 0; min-height: 2.75rem; max-height: 40vh; padding: .6rem .8rem; resize: none; overflow-wrap: anywhere; border: 1px solid var(--soft); border-radius: 8px; background: var(--card); color: var(--ink);
  font: 1rem/1.4 ui-monospace, SFMono-Regular, Consolas, "DejaVu Sans Mono", monospace;
}
.row textarea::placeholder { color: var(--soft); opacity: 1; }
.send { min-height: 2.75rem; padding: .4rem 1.2rem; border: 0; border-radius: 8px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 650; cursor: pointer; }
.send:disabled { opacity: .6; cursor: default; }
.ask .files { margin: .4rem 0 0; font-weight: 400; color: var(--soft); font-size: .8125rem; }
.files input { font: inherit; color: inherit; }
.dropping .ask { outline: 3px dashed var(--accent); outline-offset: -3px; }
.dropping .ask .files { color: var(--accent); font-weight: 600; }
.hint { margin: .4rem 0 0; color: var(--soft); font-size: .8125rem; }
.hint.wrong { color: var(--critical); font-weight: 600; }
.suggestions { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 .8rem; padding: 3px; }
.asked .suggestions { flex-wrap: nowrap; overflow-x: auto; margin-bottom: .4rem; }
.picture { margin: 1rem 0 0; }
.picture img { display: block; width: 100%; max-width: 36rem; height: auto; border: 1px solid var(--line); border-radius: 8px; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 0; }
.attachment pre { max-height: 24rem; overflow: auto; }
.actions details[open] { flex: 1 0 100%; }
.actions details > button { margin: .4rem .5rem 0 0; }
.actions summary { display: inline-flex; align-items: center; gap: .4em; list-style: none; font-weight: 400; }
.actions summary::-webkit-details-marker { display: none; }
.actions summary::after { content: "▾"; }
.actions [open] > summary::after { content: "▴"; }
.fill { display: grid; gap: .6rem; max-width: 26rem; margin: .6rem 0 0; padding: .8rem; border: 1px solid var(--line); border-radius: 8px; background: var(--code); }
.fill label { display: grid; gap: .2rem; font-size: .875rem; font-weight: 600; }
.fill select, .fill input {
  min-width: 0; min-height: 2.25rem; padding: .3rem .6rem; border: 1px solid var(--soft); border-radius: 6px; background: var(--card); color: var(--ink);
  font: 1rem/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
.fill input::placeholder { color: var(--soft); opacity: 1; }

.suggestions button, .actions button, .actions summary {
  flex: none; max-width: 100%; min-height: 2rem; padding: .2rem .8rem; border: 1px solid var(--line); border-radius: 999px; background: var(--card); color: var(--ink);
  font: .8125rem/1.4 ui-monospace, SFMono-Regular, Consolas, "DejaVu Sans Mono", monospace; cursor: pointer;
}
.suggestions button:hover, .actions button:hover, .actions summary:hover { border-color: var(--accent); color: var(--accent); }
.actions .fill button { justify-self: start; border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 650; }
.actions .fill button:hover { color: var(--on-accent); filter: brightness(1.08); }

@media (max-width: 36rem) {
  main { padding-inline: .6rem; }
  .ask { margin-inline: -.6rem; padding-inline: .6rem; }
  .asked .hint:not(.wrong) { display: none; }
  .answer { padding: .85rem .8rem; }
  .folded { padding-left: .4rem; }
}
@media (prefers-reduced-motion: reduce) { .sign[data-tone="running"] { animation: none; } }
@media (forced-colors: active) { .sign { border: 1px solid; clip-path: none !important; } }
`;
