# SPDX-License-Identifier: BSD-2-Clause
# Prints what TAP::Parser understands of a TAP file: each test point, each YAML block's verdict, each problem.
use strict;
use warnings;
use TAP::Parser;

my $parser = TAP::Parser->new({ source => $ARGV[0] });
my %count;
while (my $result = $parser->next) {
	$count{$result->type}++;
	print 'unknown line: ', $result->as_string, "\n" if $result->is_unknown;
	if ($result->is_yaml) {
		my $data = $result->data;
		print '  ', join(' ', map { ref $data->{$_} ? $_ . '[' . @{$data->{$_}} . ']' : $_ } sort keys %$data),
			": $data->{verdict}\n";
	}
	next unless $result->is_test;
	print join(' ', $result->ok, $result->number, $result->has_todo ? 'TODO' : $result->has_skip ? 'SKIP' : '-',
		$result->description), "\n";
}
print "$_: $count{$_}\n" for sort keys %count;
print "problem: $_\n" for $parser->parse_errors;
