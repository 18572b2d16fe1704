# Gatehouse in a container: docker build --tag gatehouse . (or by the rendered compose.yml). It runs as nobody in
# particular, writes nothing of its own, and is told by --config where its files are.
FROM node:24-slim
WORKDIR /opt/gatehouse
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY bin bin
COPY nginx nginx
COPY src src
ENV NODE_ENV=production
USER 65534:65534
ENTRYPOINT ["node", "bin/gatehouse"]
CMD ["serve", "--config", "/etc/gatehouse/gatehouse.yml"]
