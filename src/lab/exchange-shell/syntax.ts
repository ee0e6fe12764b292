/** The part of PowerShell that our own commands and scripts are written in, as data. Nothing else is understood. */
export type Expression =
  | { is: 'value'; value: string | number | null | boolean }
  | { is: 'variable'; name: string }
  | { is: 'static'; type: string; name: string }
  | { is: 'cast'; type: string; of: Expression }
  | { is: 'member'; of: Expression; name: Expression; call: Expression[] | null }
  | { is: 'index'; of: Expression; at: Expression }
  | { is: 'not'; of: Expression }
  | { is: 'binary'; operator: string; left: Expression; right: Expression }
  | { is: 'list'; items: Expression[] }
  /** `@( … )` and `( … )`: what the statements inside give. */
  | { is: 'nested'; body: Statement[]; array: boolean }
  | { is: 'table'; pairs: [string, Expression][] }
  | { is: 'block'; body: Statement[] };

export type Call = {
  /** A name, or what is behind `&`. */
  command: string | Expression;
  named: [string, Expression | null][];
  positional: Expression[];
};

export type Statement =
  | { do: 'pipeline'; head: Expression | Call; rest: Call[] }
  | { do: 'assign'; to: Expression; value: Statement }
  | { do: 'if'; cases: { when: Statement; body: Statement[] }[]; otherwise: Statement[] }
  | { do: 'foreach'; name: string; of: Statement; body: Statement[] }
  | { do: 'try'; body: Statement[]; caught: Statement[] }
  | { do: 'function'; name: string; parameters: string[]; body: Statement[] }
  | { do: 'parameters'; names: string[] }
  | { do: 'return' | 'throw'; value: Statement | null };

export const isCall = (head: Expression | Call): head is Call => 'command' in head;
