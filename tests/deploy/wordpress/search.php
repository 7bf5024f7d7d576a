<?php
// Has the plugin take each query of a scenario, and prints what becomes of it.

require __DIR__ . '/stubs.php';
if ( $scenario['url'] ?? true ) {
	define( 'ONNESHON_URL', 'https://search.example' );
}
require __DIR__ . '/../../../deploy/wordpress/onneshon-search.php';
foreach ( $scenario['filters'] ?? array() as $name => $value ) {
	add_filter( $name, fn() => $value );
}

$told = array();
foreach ( $scenario['queries'] as $given ) {
	$values = $given['values'];
	if ( isset( $given['rest'] ) ) {
		$values = apply_filters( 'rest_post_search_query', $values, new WP_REST_Request( $given['rest'] ) );
	}
	$wp_query = new WP_Query( $values, $given['main'] ?? true );
	do_action( 'pre_get_posts', $wp_query );
	$excerpts = array();
	$loop     = true;
	foreach ( $scenario['posts'] ?? array() as $number ) {
		$post       = new WP_Post();
		$post->ID   = $number;
		$excerpts[] = apply_filters( 'get_the_excerpt', 'as ever', $post );
	}
	$loop   = false;
	$told[] = array(
		'values'   => $wp_query->values,
		'sql'      => apply_filters( 'posts_search', ' AND LIKE', $wp_query ),
		'found'    => apply_filters( 'found_posts', 3, $wp_query ),
		'excerpts' => $excerpts,
	);
}
echo json_encode( array( 'told' => $told, 'requests' => $requests, 'transients' => $transients ) );
