export { amountOf, type Matrix, type MatrixOrder, matrixOf, type Side } from "./matrix.ts";
