// A real WordPress for the tests: Debian's package with its own MariaDB (a socket in the test's folder, no port) under PHP's
// built-in server on loopback, with our must-use plugin as an admin would install it.
import path from 'node:path';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { exchange, repository, sleep, until } from '../lib/basics.js';
import { run, start, stop } from '../lib/processes.js';

const package_folder = '/usr/share/wordpress';
const programs = ['/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db', '/usr/bin/php'];
const missing = [package_folder, ...programs].filter((one) => !existsSync(one));
export const no_wordpress = missing.length > 0 ? `${missing.join(', ')} not installed` : false;

export const bot = { id: 2, login: 'stillholds' };

const config = (site) => `<?php
define('DB_NAME', 'wp'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:${site.socket}');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '${site.url}'); define('WP_SITEURL', '${site.url}'); define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('WP_ACCESSIBLE_HOSTS', '127.0.0.1'); define('AUTOMATIC_UPDATER_DISABLED', true);
define('STILLHOLDS_URL', '${site.hook}'); define('STILLHOLDS_SECRET', '${site.secret}');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $k) define($k, 'test-' . $k);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`;

const setup = (site) => `<?php
$_SERVER['HTTP_HOST'] = '${new URL(site.url).host}';
define('WP_INSTALLING', true);
require '${site.folder}/wp/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('Notes', 'admin', 'admin@example.test', false, '', 'admin-password');
foreach (['comment_moderation' => 0, 'comment_previously_approved' => 0, 'show_avatars' => 0, 'thread_comments' => 1, 'thread_comments_depth' => 10] as $k => $v) update_option($k, $v);
switch_theme('twentytwentythree');
$user = wp_insert_user(['user_login' => '${bot.login}', 'user_pass' => 'bot-password', 'user_email' => 'bot@example.test', 'role' => 'editor']);
[$password] = WP_Application_Passwords::create_new_application_password($user, ['name' => 'stillholds']);
$post = wp_insert_post(['post_title' => 'Should they update the piece?', 'post_content' => '<!-- wp:paragraph --><p>A note on an article of January 2025.</p><!-- /wp:paragraph -->', 'post_status' => 'publish', 'post_author' => 1, 'comment_status' => 'open']);
echo json_encode(['user' => $user, 'password' => $password, 'post' => $post]);
`;

// What a moderator does at the site, as PHP that runs inside it.
const act = (site, code) => `<?php
$_SERVER['HTTP_HOST'] = '${new URL(site.url).host}';
require '${site.folder}/wp/wp-load.php';
${code}
`;

export class wordpress {
  static async start(folder, { port, hook, secret }) {
    const site = new wordpress();
    Object.assign(site, { folder, hook, secret, url: `http://127.0.0.1:${port}`, socket: path.join(folder, 'db.sock'), children: [] });
    const data = path.join(folder, 'db');
    const made = await run('/usr/bin/mariadb-install-db', ['--no-defaults', '--user=root', `--datadir=${data}`, '--auth-root-authentication-method=normal'], { limit: 120000 });
    if (made.code !== 0) throw new Error(`the database was not made: ${made.err}${made.out}`);
    site.children.push(
      start('/usr/sbin/mariadbd', ['--no-defaults', '--user=root', `--datadir=${data}`, `--socket=${site.socket}`, '--skip-networking', '--innodb-buffer-pool-size=64M'], { log: path.join(folder, 'db.log') }),
    );
    await until('the database', async () => (await site.sql('create database if not exists wp charset utf8mb4', '')) !== null, { limit: 60000, every: 200 });
    mkdirSync(path.join(folder, 'wp'));
    cpSync(package_folder, path.join(folder, 'wp'), { recursive: true, dereference: true });
    writeFileSync(path.join(folder, 'wp/wp-config.php'), config(site));
    mkdirSync(path.join(folder, 'wp/wp-content/mu-plugins'), { recursive: true });
    copyFileSync(path.join(repository, 'deploy/wordpress/stillholds.php'), path.join(folder, 'wp/wp-content/mu-plugins/stillholds.php'));
    // All visitors here have one address, and core holds an address to one comment in 15 seconds.
    writeFileSync(path.join(folder, 'wp/wp-content/mu-plugins/busy.php'), "<?php add_filter('comment_flood_filter', '__return_false');\n");
    const told = await site.php(setup(site));
    Object.assign(site, JSON.parse(told.slice(told.indexOf('{"user"'))));
    site.children.push(
      start('/usr/bin/php', ['-S', `127.0.0.1:${port}`, '-t', path.join(folder, 'wp')], { log: path.join(folder, 'php.log'), env: { ...process.env, PHP_CLI_SERVER_WORKERS: '6' } }),
    );
    site.page = `${site.url}/?p=${site.post}`;
    await until('the site', async () => (await exchange(site.page)).status === 200, { limit: 30000, every: 100 });
    return site;
  }

  // Rows of a query, or null when the server does not answer.
  async sql(query, database = 'wp') {
    const { code, out } = await run('/usr/bin/mariadb', ['--no-defaults', '-uroot', '-S', this.socket, '-Ns', '-e', query, ...(database ? [database] : [])]);
    return code === 0 ? out.split('\n').filter(Boolean).map((line) => line.split('\t')) : null;
  }

  async php(code) {
    const file = path.join(this.folder, 'step.php');
    writeFileSync(file, code);
    const { code: status, out, err } = await run('/usr/bin/php', ['-d', 'memory_limit=256M', file], { limit: 60000 });
    if (status !== 0) throw new Error(`PHP ended with ${status}: ${err}${out}`);
    return out;
  }

  moderate(code) {
    return this.php(act(this, code));
  }

  // Every comment: {id, parent, user, state, text}, oldest first.
  async comments() {
    const rows = (await this.sql("select comment_ID, comment_parent, user_id, comment_approved, to_base64(comment_content) from wp_comments where comment_author <> 'A WordPress Commenter' order by comment_ID")) ?? [];
    return rows.map(([id, parent, user, state, text]) => ({ id: Number(id), parent: Number(parent), user: Number(user), state, text: Buffer.from(text.replaceAll('\\n', ''), 'base64').toString('utf8') }));
  }

  async answers_to(id) {
    return (await this.comments()).filter((one) => one.user === bot.id && one.parent === id);
  }

  // WP-Cron as the host's own cron runs it.
  async cron() {
    await exchange(`${this.url}/wp-cron.php`, { limit: 20000 });
    await sleep(50);
  }

  async stop() {
    for (const child of this.children.reverse()) await stop(child, { patience: 15000 });
  }

  tail() {
    const log = path.join(this.folder, 'php.log');
    return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-10).join('\n') : '';
  }
}
