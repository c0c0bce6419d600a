// A real Waline comment server on loopback, in a process of its own:  node comment_server.js PORT
// Waline's own start script takes a port but no address and would listen on every interface, so its request handler is
// put on a listener of ours. All settings come by environment; see waline.js.
import http from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const handler = require('@waline/vercel')({ env: 'production' });
http.createServer(handler).listen(Number(process.argv[2]), '127.0.0.1');
