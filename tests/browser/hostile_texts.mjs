// Texts that strangers send, each with a reason: what becomes a script where it is not taken as
// text, what looks like something else, what ends a format, what is long or empty to the eye. What
// runs sets window.pwned, or opens a dialog.
const kRuns = 'window.pwned=1;alert(1)';

export const kHostileTexts = [
  // Elements and attributes (OWASP's filter evasion, by kind).
  `<script>${kRuns}</script>`,
  `<ScRiPt/x>${kRuns}</sCrIpT >`,
  `<img src=x onerror="${kRuns}">`,
  `"><img src=x onerror='${kRuns}'>`,
  `' autofocus onfocus='${kRuns}' x='`,
  `" onmouseover="${kRuns}" style="position:fixed;inset:0" x="`,
  `<svg/onload=${kRuns}>`,
  `<svg><a href="javascript:${kRuns}"><rect width=99 height=99 /></a></svg>`,
  `<iframe srcdoc="<script>parent.${kRuns}</script>"></iframe>`,
  `<object data="data:text/html,<script>${kRuns}</script>"></object>`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror=${kRuns}>`,
  `</title></style></textarea></script><script>${kRuns}</script>`,
  `<base href="//evil.example/">`,
  `<meta http-equiv=refresh content="0;url=//evil.example/">`,
  `<link rel=stylesheet href=//evil.example/x.css>`,
  `<!--<img src="--><img src=x onerror=${kRuns}//">`,
  '<a href="//evil.example/">Click here to sign in again</a>',
  // Encoded, in the hope that somebody decodes once more.
  `&lt;script&gt;${kRuns}&lt;/script&gt;`,
  `%3Cscript%3E${encodeURIComponent(kRuns)}%3C/script%3E`,
  `\\u003cscript\\u003e${kRuns}\\u003c/script\\u003e`,
  // Addresses that run.
  `javascript:${kRuns}//`,
  `JaVaScRiPt:${kRuns}`,
  `data:text/html,<script>${kRuns}</script>`,
  `vbscript:msgbox(1)`,
  // Templates and objects.
  '${alert(1)}', '{{constructor.constructor("alert(1)")()}}', '#{alert(1)}',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  // What looks like something else: turned, unseen, alike.
  '\u202egnp.exe', 'pay\u2066pal\u2069', 'ad\u200bmin', 'ad\u00admin', '\u0430dmin@localhost',
  'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301', '\ufeffstart', '\u{e0041}tag',
  '\ufdfd\ufdfd\ufdfd\ufdfd',
  // What ends a line, a field or a message.
  'one\r\nevent: store\r\ndata: {}\r\n\r\n', 'a\u2028b\u2029c', 'a\tb\u0000c\u0007d\u001b[31me',
  '=cmd|\' /C calc\'!A0', '+1+1', '-1-1', '@SUM(1,1)', '"quoted","cells"',
  // Long, and wide.
  'W'.repeat(3000), `/${'deep/'.repeat(200)}`, '👩‍👩‍👧‍👦'.repeat(100),
];
