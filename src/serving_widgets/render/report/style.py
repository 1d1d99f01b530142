"""How a report's page looks: on screen in light and dark, in a narrow window, and on paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #57606a; --line: #d0d7de; --page: #ffffff; --head: #f6f8fa;
  --link: #0a58a8; --bad: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b3; --line: #3a424c; --page: #0d1117;
  --head: #161b22; --link: #79b8ff; --bad: #ff9492; } }
* { box-sizing: border-box; }
html { background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; scroll-padding-top: 8px; }
body { max-width: 1160px; margin: 0 auto; padding: 16px 24px 48px; }
a { color: var(--link); }
a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -9999px; }
.skip:focus { position: static; }
h1 { font-size: 26px; line-height: 1.25; margin: 8px 0 4px; }
h2 { font-size: 20px; margin: 40px 0 8px; padding-bottom: 4px; border-bottom: 1px solid var(--line); }
h3 { font-size: 17px; margin: 36px 0 4px; }
h4 { font-size: 15px; margin: 20px 0 4px; }
h1, h2, h3, h4, p, li { overflow-wrap: anywhere; }
p { margin: 4px 0; max-width: 80ch; }
header p, footer p, caption, .back { color: var(--soft); font-size: 13px; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 12px 0 0; padding: 0; }
.lead { font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
table { border-collapse: collapse; margin: 8px 0 12px; font-size: 13px; }
caption { text-align: left; padding: 0 0 4px; max-width: calc(100vw - 24px); }
th, td { border-bottom: 1px solid var(--line); padding: 4px 16px 4px 0; text-align: left; vertical-align: top;
  overflow-wrap: break-word; }
.l { overflow-wrap: anywhere; }
thead th { background: var(--head); border-top: 1px solid var(--line); vertical-align: bottom; }
th:first-child, td:first-child { padding-left: 8px; }
tbody th { font-weight: 600; }
.facts tbody th { font-weight: 400; color: var(--soft); white-space: nowrap; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.s { white-space: nowrap; }
code { font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace; }
pre { margin: 8px 0; padding: 8px; background: var(--head); white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.drawings { display: flex; flex-wrap: wrap; gap: 16px 32px; margin: 8px 0; }
figure { margin: 0; width: 320px; max-width: 100%; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; border-bottom: 1px solid var(--line); }
polyline { stroke-linecap: round; }
figcaption { font-size: 12px; color: var(--soft); }
@media (max-width: 560px) {
  body { padding: 12px 12px 32px; }
  h1 { font-size: 22px; }
  th, td { padding-right: 8px; }
  .s { white-space: normal; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #333; --line: #999; --page: #fff; --head: #f2f2f2; --link: #000;
    --bad: #7d0a1c; }
  @page { margin: 14mm; }
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  nav, .skip, .back { display: none; }
  a { text-decoration: none; }
  h2, h3, h4, caption { break-after: avoid; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  table { font-size: 8pt; }
  th, td { padding: 2px 6px 2px 0; }
  .scroll { overflow: visible; }
  .wide td { overflow-wrap: anywhere; }
  .s, .n { white-space: normal; }
  p { orphans: 3; widows: 3; }
}
"""
