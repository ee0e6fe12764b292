FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.image.json ./
COPY .ci/executable.mjs ./.ci/
COPY src ./src
COPY jobs ./jobs
RUN npx tsc -p tsconfig.image.json && node .ci/executable.mjs && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY manifests ./manifests
RUN ln -s /app/dist/src/bin/uccx-doctor.js /usr/local/bin/uccx-doctor \
 && install -d -o node -g node /var/lib/uccx-doctor /lab /keys /keys/bot /keys/site-hq /keys/site-branch
# The number, so that Kubernetes sees that it is not root.
USER 1000:1000
ENV XDG_STATE_HOME=/var/lib/uccx-doctor
VOLUME /var/lib/uccx-doctor
# Asks UCCX_HEALTH_URL, as http://127.0.0.1:9464/readyz; without it a process that runs counts as well.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["node", "/app/dist/src/bin/healthy.js"]
ENTRYPOINT ["uccx-doctor"]
CMD ["help"]
