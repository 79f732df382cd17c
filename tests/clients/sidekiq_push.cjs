// Pushes jobs by npm's sidekiq client, onto the queue and over the socket that are named.
"use strict";

const {createRequire} = require("node:module");
const path = require("node:path");

const [folder, socket, queue] = process.argv.slice(2);
const load = createRequire(path.join(folder, "package.json"));
const redis = load("redis").createClient(socket);
const Sidekiq = load("sidekiq");
const client = new Sidekiq(redis);

let left = 3;
const done = (error) => {
  if (error) throw error;
  left -= 1;
  if (left === 0) redis.quit();
};
const at = new Date(Date.now() + 1000);
client.enqueue("TrackJob", [{name: "npm", color: "green"}], {queue}, done);
client.enqueue("TrackJob", [{name: "npm_retry"}], {queue, retry: true}, done);
client.enqueue("TrackJob", [{name: "npm_at"}], {queue, at}, done);
