<?php
/**
 * Plugin Name: Publish to Onneshon
 * Description: Tells an Onneshon search server of every post that is published, changed or withdrawn.
 * License: Apache-2.0
 *
 * Put this file into wp-content/mu-plugins/ and two lines into wp-config.php:
 *
 *     define( 'ONNESHON_URL', 'https://search.example.org' );
 *     define( 'ONNESHON_KEY', 'onn_...' );   // onneshon keys add wordpress --keys FILE
 *
 * A request is sent within the one that saves the post, and waits for no more than the queue of the server.
 * One that fails is sent again by WP-Cron every minute until it succeeds.
 */

defined( 'ABSPATH' ) || exit;

const ONNESHON_RETRY = 'onneshon_retry';

/** Post types that are searched for. */
function onneshon_types(): array {
	return apply_filters( 'onneshon_post_types', array( 'post', 'page' ) );
}

/** The names of a post's terms of a taxonomy, in the order of an export. */
function onneshon_terms( WP_Post $post, string $taxonomy ): array {
	$names = wp_get_object_terms( $post->ID, $taxonomy, array( 'fields' => 'names' ) );
	return is_wp_error( $names ) ? array() : array_map( fn( $name ) => html_entity_decode( $name, ENT_QUOTES | ENT_HTML5, 'UTF-8' ), $names );
}

/** An article as Onneshon takes it, with the fields that are read of an export. */
function onneshon_article( WP_Post $post ): array {
	$categories = onneshon_terms( $post, 'category' );
	return array(
		'title'      => html_entity_decode( get_the_title( $post ), ENT_QUOTES | ENT_HTML5, 'UTF-8' ),
		'body'       => html_entity_decode(
			wp_strip_all_tags( str_replace( array( '</p>', '<br' ), array( "</p>\n", "\n<br" ), apply_filters( 'the_content', $post->post_content ) ) ),
			ENT_QUOTES | ENT_HTML5,
			'UTF-8'
		),
		'date'       => get_the_date( 'Y-m-d', $post ),
		'category'   => $categories[0] ?? '',
		'categories' => $categories,
		'tags'       => onneshon_terms( $post, 'post_tag' ),
		'url'        => get_permalink( $post ),
		'author'     => get_the_author_meta( 'display_name', (int) $post->post_author ),
		'image'      => (string) get_the_post_thumbnail_url( $post, 'medium' ),
	);
}

/** Send what a post is now: published and so to be found, or not. */
function onneshon_send( int $post_id ): void {
	$post    = get_post( $post_id );
	$visible = $post && 'publish' === $post->post_status && '' === $post->post_password
		&& in_array( $post->post_type, onneshon_types(), true );
	$request = array(
		'method'  => $visible ? 'PUT' : 'DELETE',
		'timeout' => 5,
		'headers' => array(
			'Authorization' => 'Bearer ' . ONNESHON_KEY,
			'Content-Type'  => 'application/json',
		),
	);
	if ( $visible ) {
		$request['body'] = wp_json_encode( onneshon_article( $post ) );
	}
	$answer = wp_remote_request( ONNESHON_URL . '/api/v1/articles/wp-' . $post_id . '?wait=0', $request );
	$status = is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
	if ( $status >= 200 && $status < 300 ) {
		wp_clear_scheduled_hook( ONNESHON_RETRY, array( $post_id ) );
		return;
	}
	if ( 400 === $status ) { // No article, such as one without text: sending it again is of no use.
		error_log( "onneshon: post $post_id was refused: " . wp_remote_retrieve_body( $answer ) );
		return;
	}
	if ( ! wp_next_scheduled( ONNESHON_RETRY, array( $post_id ) ) ) {
		wp_schedule_single_event( time() + 60, ONNESHON_RETRY, array( $post_id ) );
	}
}

add_action( ONNESHON_RETRY, 'onneshon_send' );

add_action(
	'wp_after_insert_post', // Terms are saved by then, which they are not in save_post.
	function ( int $post_id, WP_Post $post, bool $update, ?WP_Post $before ): void {
		if ( wp_is_post_revision( $post_id ) || ! in_array( $post->post_type, onneshon_types(), true ) ) {
			return;
		}
		if ( 'publish' === $post->post_status || ( $before && 'publish' === $before->post_status ) ) {
			onneshon_send( $post_id );
		}
	},
	10,
	4
);

add_action(
	'after_delete_post',
	function ( int $post_id, WP_Post $post ): void {
		if ( in_array( $post->post_type, onneshon_types(), true ) ) {
			onneshon_send( $post_id );
		}
	},
	10,
	2
);
