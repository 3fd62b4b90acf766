/* SPDX-License-Identifier: MIT */
/* An ordinary program: computes with floating-point numbers and prints them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	double sum = 0;

	for (int i = 1; i <= 10; i++)
		sum += 1.0 / i;
	printf("%.6f %g %e %5.1f|%-8.3f|\n", sum, 1e100, 12345.678, 2.25, sqrt(2));
	printf("%.15Lf %a\n", 1.0L / 3, 0.5);
	printf("%.3f\n", strtod("2.718281828", NULL));
	return 0;
}
