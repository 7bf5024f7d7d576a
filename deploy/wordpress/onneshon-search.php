<?php
/**
 * Plugin Name: Search with Onneshon
 * Description: Has an Onneshon search server answer the searches of the site; WordPress does where that is away.
 * License: Apache-2.0
 *
 * Put this file into wp-content/mu-plugins/, beside onneshon-publish.php, and a line into wp-config.php:
 *
 *     define( 'ONNESHON_URL', 'https://search.example.org' );
 *
 * Searches by readers and by /wp-json/wp/v2/search are answered in the order of Onneshon; WordPress still
 * decides who may see what. A search within a category, an author or a month stays that of WordPress.
 */

defined( 'ABSPATH' ) || exit;

/** Seconds that a reader waits for the server. */
const ONNESHON_PATIENCE = 2;

/** Seconds that it is left alone after it did not answer. */
const ONNESHON_REST = 60;

const ONNESHON_AWAY = 'onneshon_away';

/** As many hits as the server gives at once, and in all. */
const ONNESHON_MOST_HITS = 100;
const ONNESHON_LAST_HIT  = 1000;

/** What narrows a search down by what the server is not asked for. */
const ONNESHON_NARROWING = array(
	'attachment_id', 'author', 'author__in', 'author__not_in', 'author_name', 'cat', 'category__and', 'category__in',
	'category__not_in', 'category_name', 'date_query', 'day', 'exact', 'hour', 'm', 'meta_key', 'meta_query', 'minute',
	'monthnum', 'name', 'offset', 'p', 'post__in', 'post__not_in', 'post_parent', 'sentence', 'tag', 'tag__and',
	'tag__in', 'tag__not_in', 'tag_id', 'tax_query', 'w', 'year',
);

/** What the server answers; null where it does not. */
function onneshon_answer( array $parameters ): ?array {
	if ( get_transient( ONNESHON_AWAY ) ) {
		return null;
	}
	$address = ONNESHON_URL . '/api/v1/search?' . http_build_query( $parameters, '', '&', PHP_QUERY_RFC3986 );
	$answer  = wp_remote_get( $address, array( 'timeout' => ONNESHON_PATIENCE, 'redirection' => 0 ) );
	$status  = is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
	$found   = 200 === $status ? json_decode( wp_remote_retrieve_body( $answer ), true ) : null;
	if ( is_array( $found ) && isset( $found['hits'], $found['total'] ) ) {
		return $found;
	}
	if ( 400 !== $status ) { // A query that it does not understand says nothing of how it is.
		set_transient( ONNESHON_AWAY, 1, ONNESHON_REST );
	}
	return null;
}

/** A snippet with its matches marked, as HTML. */
function onneshon_marked( array $snippet ): string {
	$html = '';
	$end  = 0;
	foreach ( $snippet['matches'] as $match ) {
		$html .= esc_html( mb_substr( $snippet['text'], $end, $match['start'] - $end, 'UTF-8' ) );
		$html .= '<mark>' . esc_html( mb_substr( $snippet['text'], $match['start'], $match['end'] - $match['start'], 'UTF-8' ) ) . '</mark>';
		$end   = $match['end'];
	}
	return $html . esc_html( mb_substr( $snippet['text'], $end, null, 'UTF-8' ) );
}

/** The numbers of the posts on a page of hits, each with its snippet. */
function onneshon_posts( array $hits ): array {
	$posts = array();
	foreach ( $hits as $hit ) {
		if ( preg_match( '/^wp-([1-9][0-9]*)$/D', $hit['id'], $number ) ) {
			$posts[ (int) $number[1] ] = onneshon_marked( $hit['snippet'] );
		}
	}
	return $posts;
}

/** Whether a query is a search for all that the server has. */
function onneshon_takes( WP_Query $query ): bool {
	$is_ours = $query->get( 'onneshon' ) || ( ! is_admin() && $query->is_main_query() && $query->is_search() );
	$type    = $query->get( 'onneshon' ) ? '' : $query->get( 'post_type' );
	$takes   = $is_ours && '' !== trim( (string) $query->get( 's' ) ) && in_array( $type, array( '', 'any' ), true )
		&& in_array( $query->get( 'orderby' ), array( '', 'relevance' ), true );
	foreach ( ONNESHON_NARROWING as $name ) {
		$takes = $takes && empty( $query->get( $name ) );
	}
	return (bool) apply_filters( 'onneshon_takes', $takes, $query );
}

/** Have a search find what the server finds, in its order. */
function onneshon_search( WP_Query $query ): void {
	if ( ! defined( 'ONNESHON_URL' ) || ! onneshon_takes( $query ) ) {
		return;
	}
	$limit  = (int) ( $query->get( 'posts_per_page' ) ?: get_option( 'posts_per_page' ) );
	$offset = ( max( 1, (int) $query->get( 'paged' ) ) - 1 ) * $limit;
	if ( $limit < 1 || $limit > ONNESHON_MOST_HITS || $offset + $limit > ONNESHON_LAST_HIT ) {
		return;
	}
	$words = $query->get( 'onneshon' ) ? $query->get( 's' ) : wp_unslash( $query->get( 's' ) ); // Of addresses WordPress does it later.
	$found = onneshon_answer( array( 'q' => $words, 'limit' => $limit, 'offset' => $offset, 'group' => 'off' ) );
	if ( null === $found ) {
		return;
	}
	$posts = onneshon_posts( $found['hits'] );
	$query->set( 'post__in', array_keys( $posts ) ?: array( 0 ) ); // Of no number at all, WordPress would find every post.
	$query->set( 'orderby', 'post__in' );
	$query->set( 'offset', 0 ); // They are those of the page already.
	$query->set( 'onneshon_found', min( $found['total'], ONNESHON_LAST_HIT ) );
	$query->set( 'onneshon_snippets', $posts );
}

add_action( 'pre_get_posts', 'onneshon_search', 20 );

add_filter( // What is found has been found: its text need not be looked through.
	'posts_search',
	fn( string $sql, WP_Query $query ): string => '' === $query->get( 'onneshon_found' ) ? $sql : '',
	10,
	2
);

add_filter(
	'found_posts',
	fn( $count, WP_Query $query ) => '' === $query->get( 'onneshon_found' ) ? $count : $query->get( 'onneshon_found' ),
	10,
	2
);

add_filter(
	'rest_post_search_query',
	function ( array $arguments, WP_REST_Request $request ): array {
		$types = (array) $request['subtype'];
		return in_array( 'any', $types, true ) ? array( 'onneshon' => true ) + $arguments : $arguments;
	},
	10,
	2
);

add_filter(
	'get_the_excerpt',
	function ( string $excerpt, WP_Post $post ): string {
		global $wp_query;
		$snippets = in_the_loop() && $wp_query instanceof WP_Query ? $wp_query->get( 'onneshon_snippets' ) : '';
		return $snippets[ $post->ID ] ?? $excerpt;
	},
	20, // After WordPress has made one of the text.
	2
);
