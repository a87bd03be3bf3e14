"""Law, scenarios and conclusions in a SPARQL store elsewhere: put there, asked there, reasoned about there."""
