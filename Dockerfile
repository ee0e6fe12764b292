FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY .ci/executable.mjs ./.ci/
COPY src ./src
COPY jobs ./jobs
COPY test/bench ./test/bench
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY manifests ./manifests
RUN ln -s /app/dist/src/bin/uccx-doctor.js /usr/local/bin/uccx-doctor \
 && install -d -o node -g node /var/lib/uccx-doctor /lab /keys /keys/bot /keys/site-hq /keys/site-branch
USER node
VOLUME /var/lib/uccx-doctor
ENTRYPOINT ["uccx-doctor"]
CMD ["help"]
