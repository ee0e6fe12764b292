import { fromFormatList } from './format-list.js';
import { fromFormatTable, isDashes } from './format-table.js';
import { cmdletTyped, isTyped, type ObjectsFrom, type OnObject, type OnUnread, serverTyped } from './object.js';

/** Reads what stands in a shell window, lists and tables in any order, also behind what a chat puts around code. */
export const fromConsole = (onObject: OnObject, onUnread: OnUnread): ObjectsFrom => {
  let turn = 0;
  let askedOf: string | null = null;
  const onAsked: OnObject = object => onObject({ ...object, turn, askedOf });
  const list = fromFormatList(onAsked, onUnread);
  const table = fromFormatTable(onAsked, onUnread);
  let isTable = false;
  return {
    line: (raw, number) => {
      const text = raw.includes('\u00a0') ? raw.replaceAll(raw.length < 400 ? NOT_IN_A_NUMBER : '\u00a0', ' ') : raw;
      if (!text.includes('```')) return plain(text, number);
      for (const part of text.split('```', MOST_FENCES)) plain(part, number);
    },
    end,
  };

  function end(): void {
    list.end();
    table.end();
  }

  function plain(text: string, number: number): void {
    if (text === '' || text.trim() === '') isTable = false;
    else if (isDashes(text)) {
      isTable = true;
      list.end();
    } else if (isTable && cmdletTyped(text)) isTable = false;
    if (isTyped(text)) {
      end();
      turn++;
      askedOf = serverTyped(text);
    }
    table.line(text, number);
    if (!isTable) list.line(text, number);
  }
};

/** Chats write blanks so. French Windows groups a number with it, which is one number only where nothing else stands behind the colon. */
const NOT_IN_A_NUMBER = /\u00a0(?!\d{3}(?:\u00a0\d{3}){0,2}\s{0,20}$)|(?<!:\s\d{1,3}(?:\u00a0\d{3}){0,2})\u00a0/g;

/** A line has one or two of them. */
const MOST_FENCES = 20;
