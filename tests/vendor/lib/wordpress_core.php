<?php
/**
 * As much of WordPress as our plugin touches, so that its signing runs without a site: hooks, jobs that run in order, and a
 * wp_remote_post that notes the request instead of sending it.
 *
 *     php wordpress_core.php <order.json        {plugin, secret, comments: [{…}], happenings: [{hook, arguments, jobs}], answers: [status, …]}
 *
 * An argument {"comment": id} stands for that comment. After a happening all waiting jobs run, or as many as "jobs" says. Prints the requests, a JSON array of {headers, body (base64), now}.
 */

define('ABSPATH', __DIR__ . '/');
$order = json_decode(stream_get_contents(STDIN), true, 16, JSON_THROW_ON_ERROR);
define('STILLHOLDS_URL', 'https://bot.example/hooks/wordpress/main');
define('STILLHOLDS_SECRET', $order['secret']);

final class WP_Comment
{
    public string $comment_ID, $comment_parent, $comment_post_ID, $comment_type, $comment_content, $comment_approved;
    public string $comment_author, $comment_author_email, $comment_author_IP, $user_id;

    public function __construct(array $fields)
    {
        foreach ($fields as $name => $value) {
            $this->$name = (string) $value;  // core keeps every column as text
        }
    }
}

$comments = [];
foreach ($order['comments'] as $fields) {
    $comments[$fields['comment_ID']] = new WP_Comment($fields);
}
$actions = $jobs = $requests = [];
$answers = $order['answers'] ?? [];

function add_action(string $hook, callable $what, int $priority = 10, int $count = 1): void
{
    $GLOBALS['actions'][$hook][] = [$what, $count];
}

function do_action(string $hook, array $arguments): void
{
    foreach ($GLOBALS['actions'][$hook] ?? [] as [$what, $count]) {
        $what(...array_slice($arguments, 0, $count));
    }
}

function get_comment($id): ?WP_Comment
{
    return $GLOBALS['comments'][$id] ?? null;
}

function get_current_blog_id(): int
{
    return 1;
}

function wp_json_encode($value): string
{
    return json_encode($value, JSON_THROW_ON_ERROR);
}

function wp_schedule_single_event(int $at, string $hook, array $arguments): void
{
    $GLOBALS['jobs'][] = [$at, $hook, $arguments];
}

function spawn_cron(): void
{
}

function wp_remote_post(string $url, array $request): array
{
    $GLOBALS['requests'][] = ['headers' => $request['headers'], 'body' => base64_encode($request['body']), 'now' => time()];
    return ['status' => array_shift($GLOBALS['answers']) ?? 200];
}

function wp_remote_retrieve_response_code(array $answer): int
{
    return $answer['status'];
}

require $order['plugin'];

foreach ($order['happenings'] as $happening) {
    ['hook' => $hook, 'arguments' => $arguments] = $happening;
    $arguments = array_map(fn ($one) => is_array($one) ? get_comment($one['comment']) : $one, $arguments);
    if ($hook === 'transition_comment_status') {  // core has written it by then
        $arguments[2]->comment_approved = $arguments[0] === 'approved' ? '1' : $arguments[0];
    }
    do_action($hook, $arguments);
    for ($left = $happening['jobs'] ?? PHP_INT_MAX; $left > 0 && ($job = array_shift($jobs)); --$left) {
        if ($job[0] > time()) {
            time_sleep_until(time() + 1);  // another second is enough for another signature
        }
        do_action($job[1], $job[2]);
    }
}
echo json_encode($requests, JSON_THROW_ON_ERROR);
