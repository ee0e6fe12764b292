import type { Conversation, Conversations } from '../../intake/ports.js';

export const memoryConversations = (): Conversations => {
  const kept = new Map<string, Conversation>();
  const key = (platform: string, id: string) => JSON.stringify([platform, id]);
  return {
    put: async conversation => {
      kept.set(key(conversation.platform, conversation.id), structuredClone(conversation));
    },
    drop: async (platform, id) => {
      kept.delete(key(platform, id));
    },
    all: async platform => structuredClone([...kept.values()].filter(each => each.platform === platform)),
  };
};
