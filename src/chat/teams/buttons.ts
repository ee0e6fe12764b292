import type { Action } from '../../view/view.js';
import { oneLine } from '../clean.js';
import type { Card, ExecuteAction } from './card.js';
import type { Click } from './click.js';

/** Teams shows six buttons of a card; more stand in its menu: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference */
const VISIBLE = 6;

/**
 * Each action by `Action.Execute`, and where a client is older by `Action.Submit`: the same words come back. As many as have room,
 * the first of them in sight.
 */
export const buttonsOf = (actions: readonly Action[], max: number): ExecuteAction[] => {
  const buttons: ExecuteAction[] = [];
  let length = 0;
  for (const action of actions) {
    const button = buttonOf(action, buttons.length >= VISIBLE);
    length += JSON.stringify(button).length + 1;
    if (length > max) break;
    buttons.push(button);
  }
  return buttons;
};

const buttonOf = ({ id, label, command }: Action, inMenu: boolean): ExecuteAction => {
  const title = oneLine(label).trim() || 'Go on';
  const mode = inMenu ? { mode: 'secondary' as const } : {};
  const data: Click = { uccx: 'ask', id, command };
  return {
    type: 'Action.Execute',
    title,
    verb: data.uccx,
    data,
    ...mode,
    fallback: { type: 'Action.Submit', title, data, ...mode },
  };
};

/** What the clients of these people ask by themselves when the card is looked at again; Teams asks for sixty people at most. */
export const refreshOf = ({
  for: people,
  command,
}: {
  for: readonly string[];
  command: string;
}): NonNullable<Card['refresh']> => {
  const data: Click = { uccx: 'refresh', id: 'refresh', command };
  return {
    action: { type: 'Action.Execute', title: 'Refresh', verb: data.uccx, data },
    userIds: people.slice(0, 60),
  };
};
