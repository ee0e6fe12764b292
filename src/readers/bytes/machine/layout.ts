/**
 * Where things lie in the memory that a reader shares with this code. One instance serves one open file. The system gives pages when they
 * are written to, so what is not used costs nothing.
 */

/** Words that the two sides tell each other, one after another. */
export const TOLD: u32 = 0x0100;
/** Where the other side puts bytes that are to be remembered. */
export const GIVEN: u32 = 0x0800;
/** Up to twenty servers, or eight shapes of lines, in rooms of a kilobyte. */
export const ROOMS: u32 = 0x1000;
/** A byte that says whether four bytes stand in a telling word. */
export const MARKS: u32 = 0x1_0000;
/** Heads of chains of places, then the places and the telling words. */
export const CHAINS: u32 = 0x2_0000;
export const PLACES: u32 = 0x2_4000;
/** Of known words: how long each is, where to look for it, and the word. */
export const LENGTHS: u32 = 0x3_0000;
export const SLOTS: u32 = 0x4_0000;
export const WORDS: u32 = 0xc_0000;
/** The lines, and behind them room for looking sixteen bytes further. */
export const LINES: u32 = 0x48_0000;

export const ROOM: u32 = 1024;
