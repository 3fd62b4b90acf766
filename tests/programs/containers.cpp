// SPDX-License-Identifier: MIT
// An ordinary program of C++, linked with the static glibc: streams, containers, exceptions, and what a file says.
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

static int positive(int number)
{
	if (number < 0)
		throw std::runtime_error("negative: " + std::to_string(number));
	return number;
}

int main(int argc, char **argv)
{
	std::map<std::string, std::vector<int>> words;
	std::istringstream input("to be or not to be");
	std::string word;
	int place = 0;

	while (input >> word)
		words[word].push_back(place++);
	for (const auto &[name, places] : words) {
		std::cout << name << ':';
		for (int at : places)
			std::cout << ' ' << at;
		std::cout << '\n';
	}
	try {
		std::cout << positive(3) << std::endl;
		std::cout << positive(-3) << std::endl;
	} catch (const std::exception &error) {
		std::cout << "caught " << error.what() << std::endl;
	}
	std::ifstream file(argc > 1 ? argv[1] : "none");
	std::getline(file, word);
	std::cout << (file.is_open() ? word : "no file") << std::endl;
	return 6;
}
