/* How the page looks: light, dark, narrow, on paper. Colours of pictures are attributes, which these rules outrank. */
#include <stddef.h>

#include "report/report_internal.h"

const char *const dpi_report_style[] = {
    ":root{color-scheme:light dark;--page:#f6f6f3;--card:#fdfdfc;--soft:#f4f4f0;--ink:#222222;--muted:#5f6368;"
    "--line:#dededa;--accent:#0062a3;--one:#0072b2;--two:#c46a00;--good:#1f7a3d;--bad:#b3261e}",
    "@media "
    "(prefers-color-scheme:dark){:root{--page:#131519;--card:#1b1e23;--soft:#262a31;--ink:#e9e8e4;--muted:#a3a8b0;"
    "--line:#343941;--accent:#7cc0ff;--one:#62b6f2;--two:#f0a850;--good:#6fcf8b;--bad:#ff8a80}"
    "img.ink{filter:invert(1)}}",
    "*{box-sizing:border-box}",
    "html{scroll-behavior:smooth;scroll-padding-top:1rem}",
    "body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,"
    "'Noto Sans','DejaVu Sans',sans-serif}",
    "header,footer,.columns{max-width:84rem;margin:0 auto;padding:0 1.5rem}",
    "header{padding-top:2.2rem}",
    "header .kind{margin:0;color:var(--muted);font-size:.8rem;letter-spacing:.08em;text-transform:uppercase}",
    "h1{margin:.1rem 0 .4rem;font-size:2.1rem;line-height:1.2;overflow-wrap:anywhere}",
    "h2{margin:0 0 .9rem;font-size:1.35rem;line-height:1.3}",
    "h3{margin:1.2rem 0 .5rem;font-size:1.05rem}",
    "h4{margin:.3rem 0 .2rem;font-size:.8rem;font-weight:600;color:var(--muted)}",
    "p{margin:.4rem 0 .8rem;max-width:46rem}",
    ".lead{font-size:1.1rem;color:var(--muted);overflow-wrap:anywhere}",
    "a{color:var(--accent)}",
    ":focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}",
    "main:focus{outline:none}",
    ".skip{position:absolute;left:-99rem;top:.5rem;background:var(--card);padding:.6rem 1rem;z-index:1}",
    ".skip:focus{left:.5rem}",
    ".columns{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:2rem;margin-top:1.2rem}",
    "nav ul{position:sticky;top:1rem;list-style:none;margin:0;padding:0;font-size:.92rem}",
    "nav a{display:block;padding:.28rem .7rem;border-left:3px solid var(--line);color:var(--ink);text-decoration:none}",
    "nav a:hover{border-color:var(--accent);color:var(--accent)}",
    "section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.3rem 1.5rem 1.2rem;"
    "margin:0 0 1.4rem}",
    "footer{padding-bottom:2rem;color:var(--muted);font-size:.85rem}",
    "code,pre{font-family:ui-monospace,'DejaVu Sans Mono',Consolas,monospace;font-size:.88em}",
    "pre{background:var(--soft);border-radius:8px;padding:.9rem 1.1rem;line-height:1.5}",
    ".scroll{overflow-x:auto;max-width:100%}",
    ".note{color:var(--muted);border-left:3px solid var(--two);padding-left:.8rem;overflow-wrap:anywhere}",
    ".small,.card dd.small{font-size:.82rem;font-weight:400;color:var(--muted);line-height:1.4}",
    ".none{color:var(--muted);font-weight:400}",
    ".is,.good{color:var(--good)}.said,.bad{color:var(--bad)}.good,.bad{font-weight:600}",
    ".below{color:var(--accent)}.above{color:var(--bad)}",
    ".cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.9rem;margin:0 0 "
    ".6rem;padding:0;"
    "list-style:none}",
    ".card{background:var(--soft);border-radius:10px;padding:.8rem 1rem;min-width:0}",
    ".card p{margin:.2rem 0}",
    ".card dt{font-size:.8rem;color:var(--muted)}",
    ".card dd{margin:0;font-size:1.55rem;font-weight:650;line-height:1.25;overflow-wrap:anywhere}",
    ".mistakes .card{text-align:center;break-inside:avoid}",
    ".verdict{font-size:1rem}.verdict b{font-size:1.2rem}",
    ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.2rem;align-items:"
    "start}",
    "figure{margin:0 0 .6rem}",
    "figcaption{font-size:.85rem;color:var(--muted);text-align:center}",
    "svg.plot{display:block;width:100%;max-width:calc(var(--points)*1.45px);height:auto;margin:0 auto}",
    "svg.graph{display:block;margin:0 auto;height:auto;width:100%;min-width:calc(var(--points)*.8px);"
    "max-width:calc(var(--points)*1.34px)}",
    "svg.bars{max-width:100%;font:9px system-ui,sans-serif;text-anchor:middle}",
    ".bars rect.is{fill:var(--good)}.bars rect.said{fill:var(--bad)}.bars rect.other{fill:var(--muted);opacity:.55}",
    ".bars text{fill:var(--muted)}.bars text.is{fill:var(--good);font-weight:700}"
    ".bars text.said{fill:var(--bad);font-weight:700}",
    "svg [fill='#222222']{fill:var(--ink)}svg [stroke='#222222']{stroke:var(--ink)}",
    "svg [stroke-opacity='0.31']{stroke-opacity:.16}",
    "svg [fill='#fdfdfc']{fill:var(--card)}svg.graph path[fill='#ffffff']{fill:none}",
    "svg [fill='#707070']{fill:var(--muted)}svg [stroke='#707070']{stroke:var(--muted)}",
    "svg [fill='#0062a3']{fill:var(--accent)}svg [stroke='#0062a3']{stroke:var(--accent)}",
    "svg [fill='#f4f4f0']{fill:var(--soft)}",
    "svg [fill='#0072b2']{fill:var(--one)}svg [stroke='#0072b2']{stroke:var(--one)}",
    "svg [stroke='#e69f00']{stroke:var(--two)}svg [fill='#d55e00']{fill:var(--two)}",
    "img.pixels{image-rendering:crisp-edges;image-rendering:pixelated;border-radius:4px;max-width:100%;height:auto}",
    ".tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(5.5rem,1fr));gap:.6rem;list-style:none;margin:0;"
    "padding:0}",
    ".tiles li{text-align:center;line-height:1.2;break-inside:avoid}.tiles span{font-size:.75rem;color:var(--muted)}"
    ".tiles img{display:block;margin:0 auto}",
    ".layers{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,27rem),1fr));gap:1rem}",
    ".layer{border:1px solid var(--line);border-radius:10px;padding:.7rem 1rem;break-inside:avoid}",
    ".layer h3{margin:0 0 .3rem}.layer small{font-weight:400;color:var(--muted)}",
    ".sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr));gap:.8rem}.sides "
    "svg.plot{margin:0}",
    "table{border-collapse:collapse;font-size:.92rem;margin:.2rem 0 .6rem}",
    "caption{text-align:left;font-size:.85rem;color:var(--muted);padding-bottom:.3rem}",
    "th,td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}",
    "thead th{font-size:.8rem;color:var(--muted);font-weight:600}",
    ".number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}",
    "#configuration td{overflow-wrap:anywhere}",
    "details{margin:.6rem 0}summary{cursor:pointer;color:var(--accent);width:fit-content}",
    "@media (max-width:60rem){.columns{grid-template-columns:minmax(0,1fr);gap:1rem}"
    "nav ul{position:static;display:flex;flex-wrap:wrap;gap:.1rem .2rem}nav a{border-left:0;padding:.25rem .6rem}}",
    "@media (max-width:34rem){header,footer,.columns{padding-left:.8rem;padding-right:.8rem}h1{font-size:1.6rem}"
    "section{padding:1rem .9rem}.cards{grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr))}}",
    "@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}",
    "@media print{:root{--page:#fff;--card:#fdfdfc;--soft:#f4f4f0;--ink:#222222;--muted:#5f6368;--line:#cccccc;"
    "--accent:#0062a3;--one:#0072b2;--two:#c46a00;--good:#1f7a3d;--bad:#b3261e}img.ink{filter:none}"
    "body{font-size:10.5pt}nav,.skip{display:none}.columns{display:block;padding:0}"
    "section{border:0;padding:0;margin:0 0 1.2rem;background:none}h2,h3{break-after:avoid}"
    "figure,tr{break-inside:avoid}.scroll{overflow:visible}svg.graph{width:100%;min-width:0!important;height:auto}"
    ".cards{grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr))}"
    "#curves .pair,.layers{grid-template-columns:1fr 1fr}.sides{grid-template-columns:1fr 1fr;gap:.3rem}"
    "details:not([open]){display:none}pre{white-space:pre-wrap}"
    "*{print-color-adjust:exact;-webkit-print-color-adjust:exact}@page{margin:16mm}}",
    NULL,
};
