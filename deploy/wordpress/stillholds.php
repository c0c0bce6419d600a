<?php
/**
 * Plugin Name: Stillholds
 * Description: Tells a Stillholds service about approved comments, as signed Standard Webhooks. Copy this file into
 *              wp-content/mu-plugins/ and define STILLHOLDS_URL and STILLHOLDS_SECRET in wp-config.php.
 * License:     Apache-2.0
 *
 * Nobody waits: each event becomes a WP-Cron job that is started at once in a request of its own. What cannot be delivered
 * is tried again for about a day, under the same webhook-id, so that the service knows a repeat.
 */

if (!defined('ABSPATH')) {
    exit;
}

const STILLHOLDS_JOB = 'stillholds_deliver';
const STILLHOLDS_ATTEMPTS = 12;
const STILLHOLDS_FIRST_PAUSE = 30;    // seconds; doubled each time
const STILLHOLDS_LONGEST_PAUSE = 14400;
const STILLHOLDS_THREAD_DEPTH = 50;

function stillholds_is_set_up(): bool
{
    return defined('STILLHOLDS_URL') && defined('STILLHOLDS_SECRET') && str_starts_with(STILLHOLDS_SECRET, 'whsec_');
}

/** The comment that began the thread. */
function stillholds_root(WP_Comment $comment): int
{
    for ($depth = 0; $comment->comment_parent && $depth < STILLHOLDS_THREAD_DEPTH; ++$depth) {
        $parent = get_comment($comment->comment_parent);
        if (!$parent) {
            break;
        }
        $comment = $parent;
    }
    return (int) $comment->comment_ID;
}

/** Tells people apart without telling who they are: no address leaves the site. */
function stillholds_author_key(WP_Comment $comment): string
{
    if ($comment->user_id) {
        return 'user:' . $comment->user_id;
    }
    $who = strtolower($comment->comment_author_email) ?: $comment->comment_author . '|' . $comment->comment_author_IP;
    return 'guest:' . substr(hash_hmac('sha256', $who, STILLHOLDS_SECRET), 0, 32);
}

/** The event as the service reads it. What a comment says is what it says now. */
function stillholds_body(string $change, WP_Comment $comment): string
{
    return wp_json_encode([
        'type' => 'comment.' . $change,
        'timestamp' => gmdate('Y-m-d\TH:i:s\Z'),
        'data' => [
            'id' => (int) $comment->comment_ID,
            'parent' => (int) $comment->comment_parent,
            'thread' => stillholds_root($comment),
            'post' => (int) $comment->comment_post_ID,
            'kind' => $comment->comment_type ?: 'comment',
            'author' => ['key' => stillholds_author_key($comment), 'user_id' => (int) $comment->user_id],
            'text' => $change === 'deleted' ? '' : $comment->comment_content,
        ],
    ]);
}

/** Puts an event into WP-Cron and starts it without waiting. */
function stillholds_tell(string $change, WP_Comment $comment): void
{
    if (!stillholds_is_set_up()) {
        return;
    }
    $id = (int) $comment->comment_ID;
    // An event of its own each time: a comment may go to the trash and come back, and be edited back and forth.
    $delivery = implode('_', ['wp', get_current_blog_id(), $id, $change, bin2hex(random_bytes(8))]);
    wp_schedule_single_event(time(), STILLHOLDS_JOB, [$delivery, $change, $id, stillholds_body($change, $comment), 1]);
    spawn_cron();
}

/**
 * What an attempt sends; nothing when something newer has overtaken the event. Each event waits by itself after a failure,
 * so that a deletion may arrive before its question: what counts is whether the comment is to be read now.
 */
function stillholds_body_now(string $change, int $id, string $body): ?string
{
    $comment = get_comment($id);
    $is_read = $comment && (string) $comment->comment_approved === '1';
    if ($is_read === ($change === 'deleted')) {
        return null;
    }
    return $is_read ? stillholds_body($change, $comment) : $body;
}

add_action('wp_insert_comment', function ($id, $comment) {
    if ((string) $comment->comment_approved === '1') {
        stillholds_tell('created', $comment);
    }
}, 10, 2);

add_action('transition_comment_status', function ($new, $old, $comment) {
    if ($new === 'approved' && $old !== 'approved') {
        stillholds_tell('created', $comment);
    } elseif ($old === 'approved' && $new !== 'approved') {
        stillholds_tell('deleted', $comment);
    }
}, 10, 3);

add_action('edit_comment', function ($id) {
    $comment = get_comment($id);
    if ($comment && (string) $comment->comment_approved === '1') {
        stillholds_tell('edited', $comment);
    }
});

// Straight out of the database, without the trash before.
add_action('deleted_comment', function ($id, $comment) {
    if ((string) $comment->comment_approved === '1') {
        stillholds_tell('deleted', $comment);
    }
}, 10, 2);

/** One attempt. Signed anew each time: the time is under the signature, and old ones are refused. */
add_action(STILLHOLDS_JOB, function (...$job) {
    if (!stillholds_is_set_up()) {
        return;
    }
    if (count($job) === 3) {  // put there by an earlier version of this file, which told what it is about in its name only
        [$delivery, $body, $attempt] = $job;
        [, , $id, $change] = explode('_', $delivery);
        $id = (int) $id;
    } else {
        [$delivery, $change, $id, $body, $attempt] = $job;
    }
    $body = stillholds_body_now($change, $id, $body);
    if ($body === null) {
        return;
    }
    $time = time();
    $key = base64_decode(substr(STILLHOLDS_SECRET, strlen('whsec_')));
    $signature = base64_encode(hash_hmac('sha256', "$delivery.$time.$body", $key, true));
    $answer = wp_remote_post(STILLHOLDS_URL, [
        'timeout' => 8,
        'redirection' => 0,
        'headers' => [
            'Content-Type' => 'application/json',
            'webhook-id' => $delivery,
            'webhook-timestamp' => (string) $time,
            'webhook-signature' => "v1,$signature",
        ],
        'body' => $body,
    ]);
    $status = (int) wp_remote_retrieve_response_code($answer);
    if (($status >= 200 && $status < 300) || $status === 410) {
        return;
    }
    if ($attempt >= STILLHOLDS_ATTEMPTS) {
        error_log("stillholds: gave up on $delivery after $attempt attempts; the last one heard " . ($status ?: 'nothing'));
        return;
    }
    $pause = min(STILLHOLDS_FIRST_PAUSE * 2 ** ($attempt - 1), STILLHOLDS_LONGEST_PAUSE);
    wp_schedule_single_event($time + $pause, STILLHOLDS_JOB, [$delivery, $change, $id, $body, $attempt + 1]);
}, 10, 5);
