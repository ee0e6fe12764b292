import { describe, expect, it } from 'vitest';
import { ATTRIBUTES, type Element, type Part, TAGS, textOf } from '../../src/chat/console/parts.js';
import { renderConsole } from '../../src/chat/console/render.js';
import { renderSlack } from '../../src/chat/slack/render.js';
import { renderText } from '../../src/cli/render-text.js';
import type { View } from '../../src/view/view.js';

/** One answer with a file and buttons, as each platform shows it. */
const view: View = {
  tone: 'plain',
  headline: 'uccx-prod.ps1: 1 change for prod.',
  sections: [],
  footer: '',
  file: 'uccx-prod',
  attachment: { name: 'uccx-prod.ps1', content: "\ufeff# one\r\nSet-ImapSettings -Server 'EX01'\r\n" },
  actions: [
    { id: 'recheck-1', label: 'I applied it, check again', command: '/uccx check prod' },
    { id: 'fix-1', label: 'Script <b>', command: '/uccx fix prod' },
  ],
};

const elements = (part: Part): Element[] =>
  typeof part === 'string' ? [] : [part, ...part.parts.flatMap(inner => elements(inner))];

describe('the console', () => {
  const all = elements(renderConsole(view));

  it('shows the file to read, without its mark and carriage returns, with a button that saves its bytes', () => {
    const code = all.find(({ tag }) => tag === 'code') as Element;
    expect(textOf(code)).toBe("# one\nSet-ImapSettings -Server 'EX01'\n");
    expect(all.filter(element => element.with['data-save']).map(textOf)).toEqual(['Save']);
  });

  it('has a button for each action, which asks its command', () => {
    const buttons = all.filter(element => element.with['data-ask']);
    expect(buttons.map(button => [textOf(button), button.with['data-ask']])).toEqual([
      ['I applied it, check again', '/uccx check prod'],
      ['Script <b>', '/uccx fix prod'],
    ]);
  });

  it('uses nothing that the page would not build', () => {
    for (const { tag, with: attributes } of all) {
      expect(TAGS).toContain(tag);
      for (const name of Object.keys(attributes)) expect(ATTRIBUTES).toContain(name);
    }
  });
});

describe('Slack', () => {
  it('has the buttons in one row, their words plain, and the file beside the message', () => {
    const { blocks, attachment, file } = renderSlack(view);
    expect(blocks.find(({ type }) => type === 'actions')).toEqual({
      type: 'actions',
      elements: [
        {
          type: 'button',
          text: { type: 'plain_text', text: 'I applied it, check again', emoji: false },
          action_id: 'recheck-1',
          value: '/uccx check prod',
        },
        {
          type: 'button',
          text: { type: 'plain_text', text: 'Script <b>', emoji: false },
          action_id: 'fix-1',
          value: '/uccx fix prod',
        },
      ],
    });
    expect([attachment, file]).toEqual([view.attachment, null]);
  });

  it.each(['nowhere', 'aside'] as const)('says so where the file cannot go along (%s)', place => {
    const { blocks, attachment } = renderSlack(view, place);
    expect(attachment).toBeNull();
    expect(JSON.stringify(blocks)).toContain('The file uccx-prod.ps1 could not be attached');
  });
});

it('the terminal names the file, and what to type next', () => {
  const shown = renderText(view, { width: 100, color: false, details: false });
  expect(shown).toContain('File: uccx-prod.ps1\n');
  expect(shown).toContain('Next: I applied it, check again: /uccx check prod\n');
});
