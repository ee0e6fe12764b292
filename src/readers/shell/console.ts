import { fromFormatList } from './format-list.js';
import { fromFormatTable, isDashes } from './format-table.js';
import type { ObjectsFrom, OnPrinted, OnUnread } from './object.js';
import { untabbed } from './tabs.js';

/** Reads what stands in a shell window, lists and tables in any order. */
export const fromConsole = (onObject: OnPrinted, onUnread: OnUnread): ObjectsFrom => {
  const list = fromFormatList(onObject, onUnread);
  const table = fromFormatTable(onObject, onUnread);
  let isTable = false;
  return {
    line: (text, number) => {
      if (text === '' || text.trim() === '') isTable = false;
      else if (isDashes(text)) {
        isTable = true;
        list.end();
      }
      table.line(text, number);
      if (!isTable) list.line(untabbed(text), number);
    },
    end: () => {
      isTable = false;
      list.end();
      table.end();
    },
  };
};
