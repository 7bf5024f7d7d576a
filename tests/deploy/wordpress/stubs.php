<?php
// What the plugins ask of WordPress, and as much of it as they do; see Codex for what each does there.

define( 'ABSPATH', __DIR__ );
$hooks      = array();
$transients = array();
$requests   = array();
$scenario   = json_decode( stream_get_contents( STDIN ), true );
$loop       = false;

function add_filter( string $name, callable $does, int $priority = 10, int $count = 1 ): void {
	global $hooks;
	$hooks[ $name ][ $priority ][] = array( $does, $count );
	ksort( $hooks[ $name ] );
}

function add_action( string $name, callable $does, int $priority = 10, int $count = 1 ): void {
	add_filter( $name, $does, $priority, $count );
}

function apply_filters( string $name, ...$given ) {
	global $hooks;
	foreach ( $hooks[ $name ] ?? array() as $same ) {
		foreach ( $same as list( $does, $count ) ) {
			$given[0] = $does( ...array_slice( $given, 0, $count ) );
		}
	}
	return $given[0];
}

function do_action( string $name, ...$given ): void {
	global $hooks;
	foreach ( $hooks[ $name ] ?? array() as $same ) {
		foreach ( $same as list( $does, $count ) ) {
			$does( ...array_slice( $given, 0, $count ) );
		}
	}
}

class WP_Error {}

class WP_Post {
	public int $ID = 0;
}

class WP_REST_Request implements ArrayAccess {
	private array $values;
	public function __construct( array $values ) { $this->values = $values; }
	public function offsetExists( $name ): bool { return isset( $this->values[ $name ] ); }
	#[ReturnTypeWillChange]
	public function offsetGet( $name ) { return $this->values[ $name ] ?? null; }
	public function offsetSet( $name, $value ): void { $this->values[ $name ] = $value; }
	public function offsetUnset( $name ): void { unset( $this->values[ $name ] ); }
}

class WP_Query {
	public array $values;
	private bool $is_main;
	public function __construct( array $values, bool $is_main ) { $this->values = $values; $this->is_main = $is_main; }
	public function get( string $name ) { return $this->values[ $name ] ?? ''; }
	public function set( string $name, $value ): void { $this->values[ $name ] = $value; }
	public function is_main_query(): bool { return $this->is_main; }
	public function is_search(): bool { return isset( $this->values['s'] ); }
}

function is_admin(): bool { global $scenario; return $scenario['admin'] ?? false; }
function in_the_loop(): bool { global $loop; return $loop; }
function is_wp_error( $value ): bool { return $value instanceof WP_Error; }
function get_option( string $name ) { return array( 'posts_per_page' => '10' )[ $name ]; }
function get_transient( string $name ) { global $transients; return $transients[ $name ][0] ?? false; }
function set_transient( string $name, $value, int $seconds ): void { global $transients; $transients[ $name ] = array( $value, $seconds ); }
function wp_unslash( string $text ): string { return stripslashes( $text ); }
function esc_html( string $text ): string { return htmlspecialchars( $text, ENT_QUOTES, 'UTF-8' ); }
function wp_remote_retrieve_response_code( array $answer ) { return $answer['status']; }
function wp_remote_retrieve_body( array $answer ): string { return $answer['body']; }

function wp_remote_get( string $url, array $options ) {
	global $requests, $scenario;
	$requests[] = array( $url, $options );
	return null === $scenario['answer'] ? new WP_Error() : $scenario['answer'];
}

if ( ! function_exists( 'mb_substr' ) ) { // WordPress has one of its own where PHP has none.
	function mb_substr( string $text, int $start, ?int $length = null, ?string $code = null ): string {
		return implode( '', array_slice( preg_split( '//u', $text, -1, PREG_SPLIT_NO_EMPTY ), $start, $length ) );
	}
}
