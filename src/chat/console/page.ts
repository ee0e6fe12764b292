/** The page is the same for everybody and holds no data: what it shows comes later, as data, to whoever has the token. */
export const page = (nonce: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>uccx-doctor console</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/console.css" nonce="${nonce}">
<script src="/console.js" nonce="${nonce}" defer></script>
</head>
<body>
<a class="skip" href="#command">Skip to the command box</a>
<header class="top">
<h1><img src="/icon.svg" alt="" width="28" height="28"> <span id="title">uccx-doctor</span></h1>
<p id="state" class="state" data-state="waiting" role="status">Connecting …</p>
</header>
<main>
<section id="intro" class="intro" aria-label="About this console">
<p>Ask what is wrong with the mail path. The same commands work in Slack and Teams, and go the same way: queue, worker, rules. It looks, it judges, it prints commands; <strong>it never changes anything on Exchange</strong>. This page is served by your machine and to your machine only.</p>
</section>
<div id="transcript" class="transcript" role="region" aria-label="Conversation" tabindex="-1"></div>
<form id="ask" class="ask" autocomplete="off">
<div id="suggestions" class="suggestions" role="group" aria-label="Commands to start with" hidden></div>
<label for="command">Command</label>
<div class="row">
<textarea id="command" name="command" rows="1" required placeholder="/uccx check" spellcheck="false" autocapitalize="off" autocorrect="off" enterkeyhint="send" aria-describedby="hint"></textarea>
<button type="submit" class="send">Ask</button>
</div>
<p id="hint" class="hint">Enter asks, Shift and Enter begin a new line; arrow up brings back what you asked before.</p>
<label class="files">Read files, or drop them anywhere: <input id="files" type="file" multiple></label>
</form>
</main>
<p id="news" class="spoken" role="status" aria-live="polite"></p>
<noscript><p class="locked">This page needs its script. In a terminal, the same command is: npx uccx-doctor check --config FILE</p></noscript>
</body>
</html>
`;
