/** What a terminal takes for a colour or a place on the screen, and a log of it keeps: `ESC [ 32 ; 1 m`, and the title of the window. */
const COLOURS = /\x1b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\))/g;

export const withoutColours = (text: string): string => (text.includes('\x1b') ? text.replaceAll(COLOURS, '') : text);
