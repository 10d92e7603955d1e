/** Twelve hues for kinds of entities, the same for badges and for nodes of the drawing. */
const hues = Array.from(
  { length: 12 },
  (_, hue) => `[data-hue="${hue}"] { --hue: ${hue * 30 + 10}; }`,
).join('\n');

/** The styles of the page, in light and dark. */
export const styles = `:root {
  --paper: #fbfbfd; --card: #fff; --ink: #1c2024; --soft: #5d6673; --rule: #dfe3e8;
  --accent: #2456c7; --alarm: #b3261e; --new: #1a6e3c; --fill: 93%; --line: 42%; --word: 27%;
  color-scheme: light dark;
  font: 16px/1.5 system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1c2026; --ink: #e8ebef; --soft: #a3adba; --rule: #323943;
    --accent: #8fb2ff; --alarm: #ff9a92; --new: #7fd6a0; --fill: 20%; --line: 58%; --word: 84%;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--paper); color: var(--ink); }
h1 { font-size: 1.25rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 0; display: flex; gap: .6rem; align-items: center; flex-wrap: wrap; }
h3 { font-size: 1rem; margin: 0 0 .6rem; }
a { color: var(--accent); }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h2:focus { outline: none; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 1; }
.top { display: flex; gap: 1rem 2rem; align-items: center; flex-wrap: wrap; margin-bottom: 1rem; }
form { display: flex; flex: 1; gap: .5rem; align-items: center; flex-wrap: wrap; }
label { color: var(--soft); }
input { flex: 1; min-width: 14rem; }
input, button, select {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--rule);
  border-radius: 8px; padding: .4rem .7rem; min-height: 2.4rem;
}
button { cursor: pointer; }
button:hover, .card:hover { border-color: var(--accent); }
#results:not(:empty), section, article > header {
  background: var(--card); border: 1px solid var(--rule); border-radius: 12px;
  padding: 1rem; margin-bottom: 1rem;
}
.count { font-size: .9rem; color: var(--soft); margin-bottom: .4rem; }
.list { list-style: none; margin: 0; padding: 0; }
.list li { padding: .3rem 0; display: flex; gap: .6rem; flex-wrap: wrap; align-items: baseline; }
.list li + li { border-top: 1px solid var(--rule); }
.entity { display: inline-flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; text-decoration: none; }
.entity:hover code, .entity:hover .name { text-decoration: underline; }
.relation { color: var(--soft); min-width: 9rem; }
.badge {
  font-size: .8rem; padding: .05rem .55rem; border-radius: 99px; white-space: nowrap;
  background: hsl(var(--hue) 60% var(--fill)); color: hsl(var(--hue) 70% var(--word));
}
.status { font-size: .85rem; color: var(--soft); border: 1px solid var(--rule); border-radius: 99px; padding: 0 .6rem; }
.facts { margin: .5rem 0 0; display: flex; gap: .8rem; align-items: center; flex-wrap: wrap; }
.cards { list-style: none; margin: 0; padding: 0; display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); }
.card { border: 1px solid var(--rule); border-radius: 8px; padding: .7rem .9rem; }
.card p { margin: 0 0 .3rem; }
.words, .nothing, .waiting, .tools p { color: var(--soft); }
.failure { color: var(--alarm); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.moment form { justify-content: start; margin-bottom: 1rem; }
.moment input { flex: 0 1 17rem; }
.past:not(:empty) { border: 1px solid var(--accent); border-radius: 8px; padding: .7rem .9rem; margin-bottom: 1rem; }
.past p { margin: .2rem 0 .5rem; }
h4 { font-size: 1rem; font-weight: 400; margin: 0; display: flex; gap: .2rem .6rem; align-items: baseline; flex-wrap: wrap; }
.timeline { list-style: none; margin: 0 0 0 .4rem; padding: 0; border-left: 2px solid var(--rule); }
.change { position: relative; padding: 0 0 1.4rem 1.2rem; }
.change::before { content: ""; position: absolute; left: -7px; top: .4rem; width: 12px; height: 12px; border-radius: 50%; background: var(--card); border: 2px solid var(--soft); }
.change[data-operation="created"]::before { border-color: var(--new); background: var(--new); }
.change[data-operation="deleted"]::before { border-color: var(--alarm); background: var(--alarm); }
.operation { font-weight: 600; text-transform: capitalize; }
.change p { margin: 0 0 .4rem; }
.actor, dt, .word, summary { color: var(--soft); }
.fields { margin: .4rem 0; display: grid; gap: 1px; border: 1px solid var(--rule); border-radius: 8px; background: var(--rule); overflow: hidden; }
.fields > div { display: grid; grid-template-columns: 12rem 1fr; gap: 0 1rem; background: var(--card); padding: .3rem .7rem; }
.fields > div:has(.before + .after) { grid-template-columns: 12rem 1fr 1fr; }
dt, dd { overflow-wrap: anywhere; min-width: 0; margin: 0; }
.value { white-space: pre-wrap; unicode-bidi: isolate; }
.whole { max-height: 20rem; overflow: auto; border: 1px solid var(--rule); border-radius: 8px; padding: .5rem; margin-top: .3rem; }
.before + .after { position: relative; }
.before + .after::before { content: "→"; position: absolute; left: -1.1rem; color: var(--soft); }
del, ins { text-decoration: none; }
del { color: var(--alarm); }
ins { color: var(--new); }
.json { font: .88em/1.45 ui-monospace, monospace; }
.fields summary { color: inherit; }
summary { cursor: pointer; }
.tools { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 1rem; }
.zoom { display: flex; gap: .3rem; }
.drawing { overflow: auto; height: min(60vh, 34rem); border: 1px solid var(--rule); border-radius: 8px; display: grid; margin-top: .6rem; }
.drawing svg { margin: auto; display: block; }
.edge line { stroke: var(--soft); stroke-width: 1.2; }
#arrow path { fill: var(--soft); }
.edge text { font-size: 11px; fill: var(--soft); text-anchor: middle; paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.node rect { fill: hsl(var(--hue) 60% var(--fill)); stroke: hsl(var(--hue) 45% var(--line)); stroke-width: 1.5; }
.node text { text-anchor: middle; fill: hsl(var(--hue) 70% var(--word)); }
.node .type { font-size: 13px; font-weight: 600; }
.node .uuid { font: 11px ui-monospace, monospace; }
.node:hover rect, .start rect { stroke-width: 3; }
.node:focus-visible { outline: none; }
.node:focus-visible rect { stroke: var(--accent); stroke-width: 4; }
@media (max-width: 40rem) {
  .fields > div, .fields > div:has(.before + .after) { grid-template-columns: 1fr; }
  .before + .after { padding-left: 1.1rem; }
  .before + .after::before { left: 0; }
  .cards { grid-template-columns: 1fr; }
}
@media (prefers-reduced-motion: no-preference) { button, .card { transition: border-color .15s; } }
${hues}
`;
