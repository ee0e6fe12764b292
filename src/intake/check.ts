import type { Role } from '../domain/access.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Leg } from '../domain/evidence/evidence.js';
import type { LadderOffer } from '../domain/ladder.js';
import { mistakeView, refusalView } from '../view/answers.js';
import { spentView, spentWords } from '../view/busy.js';
import { noRoomView } from '../view/consent.js';
import { highestRole, targetsFor } from './access.js';
import { offerFor, whyNoLoop } from './deep.js';
import type { IntakeDeps } from './deps.js';
import { type Lay, nothingToLookAt } from './lay.js';
import { makeLimits } from './limits.js';
import type { CheckWish, Question } from './ports.js';
import type { Tell } from './tell.js';

type Propose = (question: Question, wants: CheckWish, target: ConfiguredTarget, offer: LadderOffer) => Promise<void>;

/** Who asks for a check may have it, of targets that have something to look at; what takes something from others is proposed first. */
export const makeCheck = (deps: IntakeDeps, { tell }: Tell, lay: Lay, propose: Propose) => {
  const { grants, cards, runs } = deps;
  const limits = makeLimits(deps);
  return check;

  async function check(question: Question, wants: CheckWish, visible: readonly ConfiguredTarget[]): Promise<void> {
    const needs: Role = wants.loginAnyway || wants.deep || wants.loop ? 'operator' : 'runner';
    const mayCheck = targetsFor(grants, question.by, needs, visible);
    const wanted = wants.targets.length > 0 ? visible.filter(({ id }) => wants.targets.includes(id)) : mayCheck;
    const refused = wants.targets.filter(id => !mayCheck.some(target => target.id === id));
    if (refused.length > 0 || wanted.length === 0)
      return tell(
        question,
        refusalView(question.by, { needs, has: highestRole(grants, question.by, visible), targets: refused }),
      );
    const apt = wanted.filter(({ kind }) => cards.some(card => card.for === kind && isOn(card.leg, wants)));
    const idle = wants.targets.filter(id => !apt.some(target => target.id === id));
    if (apt.length === 0) return tell(question, mistakeView(nothingToLookAt(wants, wanted)));
    const [first] = apt as [ConfiguredTarget];
    const hindrance = wants.loop ? whyNoLoop(cards, first, wants.only) : null;
    if (hindrance) return tell(question, mistakeView(`${hindrance}.`));
    const offered = wants.deep ? offerFor(wants, first) : null;
    if (offered?.is === 'none') return tell(question, noRoomView(offered.says));
    const spent = await limits.spent(
      question,
      apt.map(({ id }) => id),
    );
    const againMs = Math.max(0, ...spent.values());
    const free = apt.filter(({ id }) => !spent.has(id));
    if (free.length === 0) return tell(question, spentView([...spent.keys()], againMs));
    if (!(await runs.begin(question.run))) return;
    if (offered) return propose(question, wants, first, offered.offer);
    const remarks = spent.size > 0 ? [spentWords([...spent.keys()], againMs)] : [];
    await lay(question, wants, free, { idle, remarks });
  }
};

const isOn = (leg: Leg, { only }: CheckWish): boolean => only.length === 0 || only.includes(leg);
