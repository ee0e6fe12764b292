import { isIPv6 } from 'node:net';
import type { LineSession } from './line-session.js';

/** One answer, which may be many lines. `words` are those behind the code as they came, `text` as they may be shown. */
export type SmtpReply =
  | { is: 'answered'; code: number; enhanced: string | null; words: string[]; text: string }
  | { is: 'silent' | 'closed' | 'too-much' | 'not-smtp'; text: string | null };

export const readSmtpReply = (lines: LineSession, ms: number): Promise<SmtpReply> => {
  const words: string[] = [];
  const take = (line: string): SmtpReply | null => {
    const [, code, more, text = ''] = /^([2-5]\d\d)(?:([ -])(.*))?$/.exec(line) ?? [];
    if (!code) return { is: 'not-smtp', text: lines.quote(line) };
    words.push(text);
    if (more === '-') return null;
    const enhanced = /^[245]\.\d{1,3}\.\d{1,3}(?= |$)/.exec(words[0] ?? '')?.[0] ?? null;
    return { is: 'answered', code: Number(code), enhanced, words, text: lines.quote(words.join(' ')) };
  };
  return lines.gather(ms, take, ({ is, partial }) => {
    const strange = partial !== null && !/^\d{1,3}/.test(partial) && is !== 'too-much';
    return { is: strange ? 'not-smtp' : is, text: partial };
  });
};

export type SmtpBannerFacts = {
  outcome: 'greeted' | 'rejected' | 'silent' | 'closed' | 'not-smtp' | 'too-much';
  code: number | null;
  enhanced: string | null;
  text: string | null;
};
/** Reads before a word is said: a server that is full sends its 421 and resets whoever has already spoken. */
export const readSmtpBanner = async (lines: LineSession, ms: number): Promise<SmtpBannerFacts> => {
  const reply = await readSmtpReply(lines, ms);
  if (reply.is !== 'answered') return { outcome: reply.is, code: null, enhanced: null, text: reply.text };
  const { code, enhanced, text } = reply;
  return { outcome: code < 300 ? 'greeted' : 'rejected', code, enhanced, text };
};

export type SmtpEhloFacts = {
  outcome: 'listed' | 'refused' | 'silent' | 'closed' | 'too-much';
  code: number | null;
  enhanced: string | null;
  text: string | null;
  extensions: string[];
  auth: string[];
};
/** Asks what is offered. We name ourselves by our address: Exchange refuses host names with an underscore in them. */
export const sayEhlo = async (lines: LineSession, ownAddress: string, ms: number): Promise<SmtpEhloFacts> => {
  lines.send(`EHLO ${addressLiteral(ownAddress)}`);
  const reply = await readSmtpReply(lines, ms);
  const nothing = { extensions: [], auth: [] };
  if (reply.is !== 'answered') {
    const outcome = reply.is === 'not-smtp' ? 'refused' : reply.is;
    return { outcome, code: null, enhanced: null, text: reply.text, ...nothing };
  }
  const { code, enhanced, words, text } = reply;
  if (code !== 250) return { outcome: 'refused', code, enhanced, text, ...nothing };
  const offered = words.slice(1, 101).map(line => line.toUpperCase().split(/[ =]/).filter(Boolean));
  return {
    outcome: 'listed',
    code,
    enhanced,
    text: null,
    extensions: unique(offered.map(([keyword = '']) => lines.quote(keyword))),
    // `AUTH=LOGIN` beside `AUTH LOGIN` is for clients from before the standard.
    auth: unique(
      offered.flatMap(([keyword, ...mechanisms]) => (keyword === 'AUTH' ? mechanisms : [])).map(lines.quote),
    ).slice(0, 50),
  };
};
const unique = (words: string[]) => [...new Set(words)].filter(word => word !== '');
const addressLiteral = (address: string) => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIPv6(plain) ? `[IPv6:${plain}]` : `[${plain}]`;
};

export type SmtpStartTls = { is: 'ready' } | { is: 'refused' | 'silent' | 'closed'; text: string | null };
export const askSmtpStartTls = async (lines: LineSession, ms: number): Promise<SmtpStartTls> => {
  lines.send('STARTTLS');
  const reply = await readSmtpReply(lines, ms);
  if (reply.is === 'answered') {
    return reply.code === 220 ? { is: 'ready' } : { is: 'refused', text: lines.quote(`${reply.code} ${reply.text}`) };
  }
  return { is: reply.is === 'silent' || reply.is === 'closed' ? reply.is : 'refused', text: reply.text };
};

/** Says farewell; what the answer is does not matter, only that the server had its time to give one. */
export const quitSmtp = async (lines: LineSession, ms: number): Promise<void> => {
  lines.send('QUIT');
  await readSmtpReply(lines, ms);
};
