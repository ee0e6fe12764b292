import { MAX_ASKED } from '../../intake/command.js';
import { ATTRIBUTES, TAGS } from './parts.js';

/**
 * What runs in the page. It makes elements only from parts (a fixed list of tags and attributes) and text only as text nodes;
 * the browser is told to refuse anything else (Trusted Types without any policy).
 * Plain text in a module, so that the compiler alone puts it where it is served from.
 */
export const script = String.raw`'use strict';
(() => {
const TAGS = new Set(${JSON.stringify(TAGS)});
const ATTRIBUTES = new Set(${JSON.stringify(ATTRIBUTES)});
const KEPT_TURNS = 100;
const MAX_ASKED = ${MAX_ASKED};
const asked = [];
const byId = id => document.getElementById(id);
const [stateLine, newsLine, intro, transcript, form, box, hint, chips] =
  ['state', 'news', 'intro', 'transcript', 'ask', 'command', 'hint', 'suggestions'].map(byId);

// The token came behind the #, which is sent to nobody. It stays in this tab, so that a reload works, and leaves the address.
const KEY = 'uccx-console-token';
const takeToken = () => {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!given) return false;
  sessionStorage.setItem(KEY, given);
  history.replaceState(null, '', location.pathname);
  return true;
};
takeToken();
const headers = more => ({ authorization: 'Bearer ' + (sessionStorage.getItem(KEY) ?? ''), ...more });
const HINT = hint.textContent;
const say = (words, wrong = false) => {
  hint.textContent = words || HINT;
  hint.classList.toggle('wrong', wrong);
};

// --- making elements -------------------------------------------------------------------------------------------------

const make = (tag, attributes = {}, ...inside) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
};
const build = part => {
  if (typeof part === 'string') return document.createTextNode(part);
  if (!TAGS.has(part.tag)) throw new Error('an element that answers are not made of: ' + part.tag);
  if (part.with.src !== undefined && !part.with.src.startsWith('data:image/png;base64,')) throw new Error('a picture from elsewhere');
  const attributes = Object.fromEntries(Object.entries(part.with).filter(([name]) => ATTRIBUTES.has(name)));
  return make(part.tag, attributes, ...part.parts.map(build));
};

// --- the conversation ------------------------------------------------------------------------------------------------

const turnOf = id => {
  const there = byId('turn-' + id);
  if (there) return there;
  const turn = make('section', { id: 'turn-' + id, class: 'turn' });
  transcript.append(turn);
  while (transcript.children.length > KEPT_TURNS) transcript.firstElementChild.remove();
  document.body.classList.add('asked');
  return turn;
};

const showQuestion = ({ id, at, text }) => {
  const turn = turnOf(id);
  if (turn.querySelector('.question')) return;
  const time = make('time', { datetime: at }, new Date(at).toLocaleTimeString());
  const said = make('span', { class: 'said' }, make('span', { class: 'spoken' }, 'You asked: '), ...text.map(build));
  turn.prepend(make('h2', { class: 'question' }, time, said));
  asked.push(text.map(build).map(node => node.textContent).join(''));
};

const showAnswer = ({ id, question, body, forms, view }) => {
  const turn = turnOf(question);
  const before = byId(id);
  const chosen = before?.querySelector('[aria-selected="true"]')?.textContent;
  const message = make('div', { id, class: 'message', tabindex: '-1' });
  if (view.attachment) attachments.set(id, view.attachment);
  if (forms.length === 0) message.append(build(body));
  else message.append(...tabbed(id, [{ name: 'Answer', node: build(body) }, ...forms.map(asPanel)], chosen));
  const held = before?.contains(document.activeElement);
  if (before) before.replaceWith(message);
  else turn.append(message);
  if (held) message.focus({ preventScroll: true });
  announce(message.querySelector('.headline')?.textContent ?? '');
  // A long result grows below the fold: the verdict is what comes into view, once.
  const isNew = !before || (before.dataset.running === 'yes' && view.tone !== 'running');
  message.dataset.running = view.tone === 'running' ? 'yes' : 'no';
  if (isNew && turn === transcript.lastElementChild) turn.scrollIntoView({ block: 'start' });
};

const asPanel = ({ name, text }) => ({
  name,
  node: make('div', { class: 'panel' },
    make('div', { class: 'panel-bar' }, make('button', { type: 'button', 'data-copy': '' }, 'Copy', make('span', { class: 'spoken' }, ': ' + name))),
    make('pre', { tabindex: '0' }, make('code', {}, ...text.map(build)))),
});

// Tabs as https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ describes them: one stop for the Tab key, arrows between them.
const tabbed = (id, panels, chosen) => {
  const tabs = panels.map(({ name }, i) =>
    make('button', { type: 'button', role: 'tab', id: id + '-tab-' + i, 'aria-controls': id + '-panel-' + i }, name));
  const bodies = panels.map(({ node }, i) =>
    make('div', { role: 'tabpanel', id: id + '-panel-' + i, 'aria-labelledby': id + '-tab-' + i }, node));
  const choose = index => {
    tabs.forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
      bodies[i].hidden = i !== index;
    });
  };
  const list = make('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Show this answer as' }, ...tabs);
  list.addEventListener('click', ({ target }) => tabs.includes(target) && choose(tabs.indexOf(target)));
  list.addEventListener('keydown', event => {
    const here = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    choose(index);
    tabs[index].focus();
  });
  choose(Math.max(0, panels.findIndex(({ name }) => name === chosen)));
  return [list, ...bodies];
};

// One short sentence for screen readers, not the whole answer with each edit.
let announced = '';
const announce = words => {
  if (words === announced) return;
  announced = words;
  newsLine.textContent = words;
};

let sought = false;
const find = () => {
  const message = byId(location.hash.slice(1));
  if (!message?.classList.contains('message')) return;
  sought = true;
  document.querySelectorAll('.found').forEach(other => other.classList.remove('found'));
  message.classList.add('found');
  message.scrollIntoView({ block: 'start' });
  message.focus({ preventScroll: true });
};
addEventListener('hashchange', () => (takeToken() ? location.reload() : find()));

// --- copying ---------------------------------------------------------------------------------------------------------

document.addEventListener('click', async event => {
  const button = event.target.closest?.('[data-copy]');
  if (!button) return;
  const code = (button.closest('figure, .panel') ?? document).querySelector('code');
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.firstChild.data = 'Copied';
    newsLine.textContent = 'Copied';
    setTimeout(() => { button.firstChild.data = 'Copy'; }, 2000);
  } catch {
    getSelection().selectAllChildren(code); // the browser forbids it: selected, it is one keystroke away
    newsLine.textContent = 'Selected: press Control C to copy';
    button.firstChild.data = 'Ctrl+C';
  }
  announced = '';
});

// --- saving: the bytes of the answer, not of what is shown ---------------------------------------------------------------

const attachments = new Map();
document.addEventListener('click', event => {
  const button = event.target.closest?.('[data-save]');
  const kept = button && attachments.get(button.closest('.message').id);
  if (!kept) return;
  const url = URL.createObjectURL(new Blob([kept.content], { type: 'application/octet-stream' }));
  make('a', { href: url, download: kept.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
});

// --- asking ----------------------------------------------------------------------------------------------------------

let place = null;
const write = words => {
  box.value = words;
  box.style.height = 'auto';
  box.style.height = box.scrollHeight + 2 + 'px'; // its borders; the style sheet says how high at most
  box.style.overflowY = box.scrollHeight > box.clientHeight ? 'auto' : 'hidden';
};
box.addEventListener('input', () => write(box.value));
box.addEventListener('keydown', event => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  // Within several lines the arrows go from line to line first.
  const beyond = event.key === 'ArrowUp' ? box.value.slice(0, box.selectionStart) : box.value.slice(box.selectionEnd);
  if (asked.length === 0 || event.shiftKey || beyond.includes('\n')) return;
  event.preventDefault();
  place = Math.min(asked.length, Math.max(0, (place ?? asked.length) + (event.key === 'ArrowUp' ? -1 : 1)));
  write(asked[place] ?? '');
});

const ask = async (text, button) => {
  button.disabled = true;
  try {
    const response = await fetch('/ask', { method: 'POST', headers: headers({ 'content-type': 'application/json' }), body: JSON.stringify({ text }) });
    if (!response.ok) throw new Error((await response.json()).error);
    say('');
    return true;
  } catch (error) {
    say('Not asked: ' + (error instanceof TypeError ? 'the console does not answer.' : error.message + '.'), true);
    return false;
  } finally {
    button.disabled = false;
  }
};

form.addEventListener('submit', async event => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  if (text.length > MAX_ASKED) return say('Not asked: at most ' + MAX_ASKED + ' characters, and these are ' + text.length + '.', true);
  const button = form.querySelector('.send');
  if (button.disabled) return; // it is on its way
  if (await ask(text, button)) {
    write('');
    place = null;
  }
  box.focus({ preventScroll: true });
});

// --- reading files: all of them in one body, one behind the other; the target is the one in the box, if there is any ------------

// Names travel in a header, which has room for some 16 KB: long ones lose their middle where they are too many.
const MOST_FILES = 50;
const MOST_NAMED = 12000;
const named = (files, most = 300) => {
  const short = name => (name.length <= most ? name : name.slice(0, most - 13) + '…' + name.slice(-12));
  const list = files.map(({ name, size }) => ({ name: short(name).replace(/\p{Cs}/gu, '\ufffd'), size }));
  const header = encodeURIComponent(JSON.stringify(list));
  return header.length <= MOST_NAMED || most < 30 ? header : named(files, Math.floor(most / 2));
};
const refusalOf = async response => (await response.json().catch(() => ({}))).error ?? 'the console answered with ' + response.status;

const read = async files => {
  if (files.length === 0) return;
  if (files.length > MOST_FILES) return say('Not read: at most ' + MOST_FILES + ' files at once, and these are ' + files.length + '. A zip holds more.', true);
  const target = /^\s*(?:\/uccx\s+)?read\s+([a-z0-9-]{1,40})\s*$/i.exec(box.value)?.[1]?.toLowerCase() ?? '';
  say('Reading …');
  try {
    const response = await fetch('/read?target=' + target, { method: 'POST', headers: headers({ 'content-type': 'application/octet-stream', 'x-files': named(files) }), body: new Blob(files) });
    if (!response.ok) throw new Error(await refusalOf(response));
    say('');
  } catch (error) {
    say('Not read: ' + (error instanceof TypeError ? 'the console does not take it.' : error.message + '.'), true);
  }
};
const picker = byId('files');
picker.addEventListener('change', async () => {
  await read([...picker.files]);
  picker.value = '';
});
const isOver = over => document.body.classList.toggle('dropping', over);
document.addEventListener('dragover', event => {
  if (!event.dataTransfer.types.includes('Files')) return;
  event.preventDefault();
  isOver(true);
});
document.addEventListener('dragleave', event => event.relatedTarget === null && isOver(false));
document.addEventListener('drop', event => {
  isOver(false);
  if (event.dataTransfer.files.length === 0) return;
  event.preventDefault();
  read([...event.dataTransfer.files]);
});

document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('[data-ask]');
  if (button) ask(button.dataset.ask, button);
});

// A form under an answer: its command with what was filled in, on one line.
document.addEventListener('submit', async event => {
  const command = event.target.dataset.fill;
  if (command === undefined) return;
  event.preventDefault();
  const filled = new FormData(event.target);
  const text = command.replace(/\{([a-z]+)\}/g, (_, name) => String(filled.get(name) ?? '').replace(/\s+/g, ' ').trim());
  const button = event.target.querySelector('[type="submit"]');
  if (button.disabled || !(await ask(text, button))) return; // it is on its way, or what stands there is kept
  const around = event.target.closest('details');
  event.target.reset();
  around.open = false;
  around.querySelector('summary').focus({ preventScroll: true });
});

const suggest = suggestions => {
  chips.replaceChildren(...suggestions.map(words => make('button', { type: 'button' }, words)));
  chips.hidden = suggestions.length === 0;
};
chips.addEventListener('click', ({ target }) => {
  if (target === chips) return;
  write(target.textContent);
  box.focus();
});

// --- following: Server-Sent Events by fetch, since EventSource cannot send the token --------------------------------------

const connection = (state, words) => {
  if (stateLine.textContent !== words) stateLine.textContent = words;
  stateLine.dataset.state = state;
};
let lastEventId = null;
const take = raw => {
  const fields = Object.fromEntries(raw.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
  if (!fields.data) return;
  const data = JSON.parse(fields.data);
  if (fields.event === 'hello') {
    document.title = data.title;
    byId('title').textContent = data.title;
    suggest(data.suggestions);
  } else if (fields.event === 'reset') {
    transcript.replaceChildren();
    document.body.classList.remove('asked');
  } else if (fields.event === 'ready') {
    connection('on', 'Connected');
    if (!sought) find();
  } else if (data.is === 'question') showQuestion(data);
  else showAnswer(data);
  if (fields.id) lastEventId = fields.id;
};
const follow = async () => {
  const response = await fetch('/events', { headers: headers(lastEventId ? { 'last-event-id': lastEventId } : {}) });
  if (response.status === 401) return false;
  if (!response.ok) throw new Error('the console is busy');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let kept = ''; ; ) {
    const { value, done } = await reader.read();
    if (done) return true;
    const events = (kept + value).split('\n\n');
    kept = events.pop();
    events.forEach(take);
  }
};
const keepFollowing = async () => {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 8000)) {
    const since = Date.now();
    try {
      if (!(await follow())) {
        connection('off', 'Locked: open the whole address that the console printed');
        return;
      }
    } catch { /* gone for now: said below, and tried again */ }
    if (Date.now() - since > 10_000) waitMs = 500;
    connection('off', 'Connection lost, trying again');
    await new Promise(resolve => setTimeout(resolve, waitMs));
  }
};
keepFollowing();
box.focus();
})();
`;
